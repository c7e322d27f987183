-- How often is each value given to what the most usual number of annotators judged?
--
-- Fleiss' kappa is made for units that all have the same number of values. Of equally usual numbers the larger counts.
--
-- Grain: dataset, field, min_iou, block, class_name
-- Columns:
--   dataset       dataset that the row belongs to
--   field         objects, or the question that was answered about the image
--   min_iou       IoU from which boxes mean the same object; null for answers about images
--   scope         fleiss
--   block         0 to 199: what the jackknife leaves out at a time
--   n_annotators  values that each object or image has
--   class_name    value; null for absent
--   n_values      values
--   n_agreeing    of the pairs of values of one object, those that are equal, in either direction
select
    dataset,
    field,
    min_iou,
    'fleiss' as scope,
    block,
    n_annotators,
    class_name,
    n_values,
    n_agreeing
from (
    select
        *,
        sum(n_values / n_annotators) over (partition by dataset, field, min_iou, n_annotators) as n_units
    from agreement_counts
    where scope = 'all'
)
qualify
    dense_rank() over (
        partition by dataset, field, min_iou
        order by round(n_units) desc, n_annotators desc
    ) = 1
