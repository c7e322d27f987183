-- What did two annotators say of the objects and images that both looked at?
--
-- Objects are those that anybody drew on images that both looked at, also those that neither of the two drew.
--
-- Grain: dataset, field, min_iou, annotator, other_annotator, block, class_name, other_class_name
-- Stored: annotator_pair_counts
-- Columns:
--   dataset           dataset that the row belongs to
--   field             objects, or the question that was answered about the image
--   min_iou           IoU from which boxes mean the same object; null for answers about images
--   annotator         annotator
--   other_annotator   the later in the alphabet
--   block             0 to 19: what the jackknife leaves out at a time
--   class_name        class that the annotator chose; null for absent
--   other_class_name  class that the other chose; null for absent
--   n                 objects or images
--   iou_sum           sum of the IoU of the two annotations
with drawn as materialized (from drawn_pair_counts),

looked_at as (
    select dataset, min_iou, annotator, other_annotator, block, sum(n)::bigint as n
    from pair_looks
    inner join image_objects using (dataset, image_id)
    group by all
),

-- What both drew, neither drew alone: it counts here four times, with the sign that makes the sums right.
signed as (
    select
        matched.* exclude (class_name, other_class_name, n, iou_sum),
        case when sides.by_one then class_name end as class_name,
        case when sides.by_other then other_class_name end as other_class_name,
        case when sides.by_one = sides.by_other then n else -n end as n,
        case when sides.by_one and sides.by_other then iou_sum end as iou_sum
    from matched_pair_counts as matched
    cross join (values (true, true), (true, false), (false, true), (false, false)) as sides (by_one, by_other)
),

objects as (
    from signed
    union all by name
    from drawn
    union all by name
    select * exclude (n, class_name, other_class_name), -n as n from drawn
    union all by name
    from looked_at
)

select
    dataset,
    'objects' as field,
    min_iou,
    annotator,
    other_annotator,
    block,
    class_name,
    other_class_name,
    sum(n)::bigint as n,
    sum(iou_sum) as iou_sum
from objects
group by all
having sum(n) > 0
union all
from answered_pair_counts
