-- How often do annotators give each value, and how often the same one?
--
-- Three scopes code the objects: all (class or absent), existence (drawn or absent) and class (of those who drew it).
--
-- Grain: dataset, field, min_iou, scope, block, n_annotators, class_name
-- Stored: agreement_counts
-- Columns:
--   dataset       dataset that the row belongs to
--   field         objects, or the question that was answered about the image
--   min_iou       IoU from which boxes mean the same object; null for answers about images
--   scope         all, existence, class or localisation
--   block         0 to 199: what the jackknife leaves out at a time
--   n_annotators  values that each object or image has
--   class_name    value; null for absent
--   n_values      values; in the scope localisation, pairs, each once in either direction
--   n_agreeing    of the pairs of values of one object, those that are equal, in either direction
--   iou_sum       sum of the IoU of the pairs, in the scope localisation
with answered as (
    select
        dataset,
        field,
        class_name,
        any_value(n_annotators) as m,
        any_value(block) as block,
        count(*) as n
    from image_votes
    group by dataset, field, image_id, class_name
),

-- Whatever their classes, all who drew an object agree that it exists.
coded as (
    select
        dataset,
        min_iou,
        scope,
        block,
        case when scope = 'class' then n_drawn else n_annotators end as m,
        case when scope = 'existence' and class_name is not null then 'drawn' else class_name end as class_name,
        n_values as n,
        case when scope = 'existence' and class_name is not null then n_drawn else n_values end - 1 as n_others
    from object_values
    cross join (select unnest(['all', 'existence', 'class']) as scope)
    where scope <> 'class' or (n_drawn > 1 and class_name is not null)
),

counted as (
    select *, 'all' as scope, null::double as min_iou, n * (n - 1) as agreeing, null::double as iou from answered
    union all by name
    select * exclude (n_others), 'objects' as field, n * n_others as agreeing from coded
    union all by name
    select dataset, 'objects' as field, min_iou, 'localisation' as scope, block, 2 as m, class_name, 1 as n, iou
    from overlaid_pairs
    inner join shared_images using (dataset, image_id)
)

select
    dataset,
    field,
    min_iou,
    scope,
    block,
    m as n_annotators,
    class_name,
    sum(n)::bigint as n_values,
    sum(agreeing)::bigint as n_agreeing,
    sum(iou) as iou_sum
from counted
group by all
