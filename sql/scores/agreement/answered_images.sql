-- How far do annotators agree on each image that several of them classified?
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset            dataset that the row belongs to
--   field              question that was answered about the image
--   image_id           image
--   n_annotators       annotators who answered
--   n_same             pairs of annotators with the same answer
--   n_units            1: the image
--   n_seen_by_all      1: all of them looked
--   n_seen_by_one      0
--   n_class_conflicts  1 where answers differ, else 0
with answered as (
    select dataset, field, image_id, class_name, any_value(n_annotators) as n_annotators, count(*) as n
    from image_votes
    group by dataset, field, image_id, class_name
)

select
    dataset,
    field,
    image_id,
    any_value(n_annotators) as n_annotators,
    sum(n * (n - 1)) // 2 as n_same,
    1 as n_units,
    1 as n_seen_by_all,
    0 as n_seen_by_one,
    (count(*) > 1)::bigint as n_class_conflicts
from answered
group by dataset, field, image_id
