-- How far do annotators agree on each image that several of them classified?
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset            dataset that the row belongs to
--   field              question that was answered about the image
--   image_id           image
--   annotators         who answered, in the order of the alphabet
--   n_annotators       how many they are
--   n_units            1: the image
--   n_pairs            pairs of annotators
--   n_same             of these, pairs with the same answer
--   n_seen_by_all      1: all of them looked
--   n_seen_by_one      0
--   n_class_conflicts  1 where answers differ, else 0
--   n_undecided        1 where no answer has more than half of the annotators, else 0
with answered as (
    select dataset, field, image_id, class_name, list(annotator) as annotators, count(*) as n
    from image_votes
    group by dataset, field, image_id, class_name
)

select
    dataset,
    field,
    image_id,
    array_to_string(list_sort(flatten(list(annotators))), ', ') as annotators,
    sum(n)::bigint as n_annotators,
    1 as n_units,
    (sum(n) * (sum(n) - 1) // 2)::bigint as n_pairs,
    (sum(n * (n - 1)) // 2)::bigint as n_same,
    1 as n_seen_by_all,
    0 as n_seen_by_one,
    (count(*) > 1)::bigint as n_class_conflicts,
    (2 * max(n) <= sum(n))::bigint as n_undecided
from answered
group by dataset, field, image_id
