-- What else do other annotators say where one says a class?
--
-- Grain: dataset, field, class_name, other
-- Columns:
--   dataset     dataset that the row belongs to
--   field       objects, or the question that was answered about the image
--   class_name  class that one annotator chose
--   other       what another says of the same object at min_iou(): another class, or absent
--   n           pairs of annotators and objects
with at_iou as (
    from annotator_pair_counts
    where
        (min_iou is null or min_iou = agreement_ious()[agreement_step()])
        and class_name is distinct from other_class_name
),

told as (
    select dataset, field, class_name, coalesce(other_class_name, 'absent') as other, n from at_iou
    union all
    select dataset, field, other_class_name as class_name, coalesce(class_name, 'absent') as other, n from at_iou
)

select dataset, field, class_name, other, sum(n)::bigint as n
from told
where class_name is not null
group by all
