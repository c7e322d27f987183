-- Which sums is the agreement of each pair of annotators made of, block of images by block?
--
-- Grain: dataset, field, annotator, other_annotator, scope, block
-- Columns:
--   dataset          dataset that the row belongs to
--   field            objects, or the question that was answered about the image
--   annotator        annotator
--   other_annotator  the later in the alphabet
--   scope            all (class or absent) or class (of what both drew), at min_iou()
--   block            block of images
--   n                objects or images
--   n_agreeing       of these, given the same value by both
--   n_same           of these, drawn by both with the same class
--   products         the block's share of the sum of products of how often either gave each value
--   products_lost    by how much that sum falls when the block is left out
--   drawn            annotations of both
--   iou_sum          sum of the IoU of what both drew
-- After: Cohen, A Coefficient of Agreement for Nominal Scales (1960), doi 10.1177/001316446002000104
with scoped as (
    select *
    from annotator_pair_counts
    cross join (select unnest(['all', 'class']) as scope)
    where
        (min_iou is null or min_iou = agreement_ious()[agreement_step()])
        and (scope = 'all' or (class_name is not null and other_class_name is not null))
),

-- How often each of the two gives each value.
sided as (
    select
        * exclude (class_name, other_class_name, iou_sum),
        case when is_one then class_name else other_class_name end as class_name,
        case when is_one then n else 0 end as a,
        case when is_one then 0 else n end as b,
        case when is_one then iou_sum end as iou_sum,
        is_one and coalesce(class_name = other_class_name, class_name is null and other_class_name is null) as is_same
    from scoped
    cross join (select unnest([true, false]) as is_one)
),

valued as (
    select
        dataset,
        field,
        annotator,
        other_annotator,
        scope,
        block,
        class_name,
        sum(a) as a,
        sum(b) as b,
        sum(case when is_same then n else 0 end) as agreeing,
        sum(iou_sum) as iou_sum
    from sided
    group by all
)

select
    dataset,
    field,
    annotator,
    other_annotator,
    scope,
    block,
    sum(a)::double as n,
    sum(agreeing)::double as n_agreeing,
    sum(case when class_name is not null then agreeing else 0 end)::double as n_same,
    sum(a * all_b)::double as products,
    sum(a * all_b + b * all_a - a * b)::double as products_lost,
    sum(case when class_name is not null then a + b else 0 end)::double as drawn,
    coalesce(sum(iou_sum), 0) as iou_sum
from (
    select *, sum(a) over of_value as all_a, sum(b) over of_value as all_b
    from valued
    window of_value as (partition by dataset, field, annotator, other_annotator, scope, class_name)
)
group by all
