-- Which sums is each measure of agreement made of, block of images by block?
--
-- Grain: dataset, field, min_iou, scope, block
-- Columns:
--   dataset       dataset that the row belongs to
--   field         objects, or the question that was answered about the image
--   min_iou       IoU from which boxes mean the same object; null for answers about images
--   scope         all, existence, class, localisation, or fleiss: what the most usual number of annotators judged
--   block         block of images
--   n             values
--   n_units       objects, images or pairs that they are of
--   n_pairs       pairs of values of one unit, in either direction
--   agreeing      of these, equal ones
--   disagreement  pairs that differ, each over the number of others: Krippendorff's observed disagreement times n
--   squares       the block's share of the sum of squares of how often each value was given
--   squares_lost  by how much that sum falls when the block is left out
--   drawn_pairs   of the pairs, those that start from an object drawn
--   both_drawn    of these, equal ones
--   iou_sum       sum of IoU, in the scope localisation
-- After: Krippendorff, Content Analysis (2004), chapter 11
with scoped as (
    from agreement_counts
    union all by name
    from fleiss_counts
),

valued as (
    select
        dataset,
        field,
        min_iou,
        scope,
        block,
        class_name,
        sum(n_values) as n,
        sum(n_values / n_annotators) as n_units,
        sum(n_values * (n_annotators - 1)) as n_pairs,
        sum(n_agreeing) as agreeing,
        sum(n_values - n_agreeing / (n_annotators - 1)) as disagreement,
        sum(iou_sum) as iou_sum
    from scoped
    group by all
)

select
    dataset,
    field,
    min_iou,
    scope,
    block,
    sum(n)::double as n,
    sum(n_units) as n_units,
    sum(n_pairs)::double as n_pairs,
    sum(agreeing)::double as agreeing,
    sum(disagreement) as disagreement,
    sum(n * total)::double as squares,
    sum(2 * n * total - n * n)::double as squares_lost,
    sum(n_pairs) filter (where class_name is not null)::double as drawn_pairs,
    sum(agreeing) filter (where class_name is not null)::double as both_drawn,
    sum(iou_sum) as iou_sum
from (select *, sum(n) over (partition by dataset, field, min_iou, scope, class_name) as total from valued)
group by all
