-- How far does each annotator's word count, by how often the others say the same?
--
-- Grain: dataset, field, annotator
-- Columns:
--   dataset    dataset that the row belongs to
--   field      objects, or the question that was answered about the image
--   annotator  annotator
--   weight     share of pairs with other annotators, at min_iou(), in which both say the same; null without any
--   n_pairs    such pairs
-- After: Wawa, worker agreement with aggregate, as in crowd-kit, with the others for the aggregate
with sided as (
    select
        dataset,
        field,
        unnest([annotator, other_annotator]) as annotator,
        n,
        coalesce(class_name = other_class_name, class_name is null and other_class_name is null) as is_same
    from annotator_pair_counts
    where min_iou is null or min_iou = agreement_ious()[agreement_step()]
)

select
    dataset,
    field,
    annotator,
    sum(n) filter (where is_same) / sum(n) as weight,
    sum(n)::bigint as n_pairs
from sided
group by all
