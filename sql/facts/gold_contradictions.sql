-- How many annotators contradict each gold object or answer, and what do they say instead?
--
-- Grain: dataset, field, image_id, gold_annotation_id
-- Columns:
--   dataset             dataset that the row belongs to
--   field               objects, or the question that was answered about the image
--   image_id            image
--   gold_annotation_id  gold object; null for answers
--   gold_class_name     class by gold
--   n_looks             annotators who looked
--   n_against           of these, who gave it another class or did not draw it, at min_iou()
--   suggested_class     other class that most of these gave it; null where nobody did
--   n_suggesting        how many they are
with told as (
    select
        dataset,
        field,
        image_id,
        gold_annotation_id,
        gold_class_name,
        case when outcome = 'wrong_class' then class_name end as told_class,
        count(*) as n,
        count(*) filter (where outcome <> 'correct') as n_against
    from gold_outcomes
    where gold_class_name is not null
    group by all
)

select
    dataset,
    field,
    image_id,
    gold_annotation_id,
    gold_class_name,
    sum(n)::bigint as n_looks,
    sum(n_against)::bigint as n_against,
    arg_max(told_class, (n, told_class)) filter (where told_class is not null) as suggested_class,
    coalesce(max(n) filter (where told_class is not null), 0) as n_suggesting
from told
group by all
