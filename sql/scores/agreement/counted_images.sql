-- How far do annotators agree on each image that several of them looked at, at each IoU from which boxes mean the same?
--
-- Pairs are pairs of annotators, once for each object; absent is a value of who looked at the image and drew nothing.
--
-- Grain: dataset, field, image_id, min_iou
-- Stored: image_agreement
-- Columns:
--   dataset            dataset that the row belongs to
--   field              objects, or the question that was answered about the image
--   image_id           image
--   min_iou            IoU from which boxes mean the same object; null for answers
--   annotators         who looked, in the order of the alphabet
--   n_annotators       how many they are, at least two
--   n_units            objects, or 1 for an answer
--   n_pairs            pairs of annotators, times objects
--   n_same             of these, pairs with the same value, absent included
--   n_both             of n_pairs, pairs that both drew it; null for answers
--   n_both_same        of these, pairs with the same class
--   n_sided            pairs that start from an annotation, in either direction
--   n_seen_by_all      objects drawn by every annotator who looked
--   n_seen_by_one      objects drawn by one alone
--   n_class_conflicts  objects, or answers, given several classes
--   n_undecided        objects, or answers, of which no value has more than half of the annotators
with lookers as (
    select dataset, image_id, count(*) as m, string_agg(annotator, ', ' order by annotator) as annotators
    from image_annotators
    semi join shared_images using (dataset, image_id)
    group by dataset, image_id
),

called as (
    select dataset, image_id, min_iou, object_number, class_name, count(*) as n
    from (
        select dataset, image_id, class_name, unnest(groups) as object_number, unnest(agreement_ious()) as min_iou
        from annotator_groups
    )
    group by all
),

drawn as (
    select
        dataset,
        image_id,
        min_iou,
        sum(n) as d,
        sum(n * (n - 1)) // 2 as same,
        max(n) as most,
        count(*) > 1 as differs
    from called
    group by dataset, image_id, min_iou, object_number
)

select
    dataset,
    'objects' as field,
    image_id,
    min_iou,
    any_value(annotators) as annotators,
    any_value(m) as n_annotators,
    count(*) as n_units,
    (sum(m * (m - 1)) // 2)::bigint as n_pairs,
    sum(same + (m - d) * (m - d - 1) // 2)::bigint as n_same,
    sum(d * (d - 1) // 2)::bigint as n_both,
    sum(same)::bigint as n_both_same,
    sum(d * (m - 1))::bigint as n_sided,
    count(*) filter (where d = m) as n_seen_by_all,
    count(*) filter (where d = 1) as n_seen_by_one,
    count(*) filter (where differs) as n_class_conflicts,
    count(*) filter (where 2 * greatest(most, m - d) <= m) as n_undecided
from drawn
inner join lookers using (dataset, image_id)
group by dataset, image_id, min_iou
union all by name
from answered_images
