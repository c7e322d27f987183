-- Which images do annotators disagree on most?
--
-- Worst first: the images to look at, to discuss, or to give to one more annotator.
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset            dataset that the row belongs to
--   field              objects, or the question that was answered about the image
--   image_id           image that at least two annotators looked at and one said something of
--   file_name          path of the picture as the source gives it
--   batch              batch of the image
--   percent_agreement  n_same / n_pairs
--   n_same             of n_pairs, those with the same value; absent is a value too
--   n_pairs            pairs of annotators, times objects
--   n_annotators       annotators who looked
--   n_units            objects at min_iou(), or 1 for an answer
--   n_seen_by_all      of these, drawn by every annotator who looked
--   n_seen_by_one      of these, drawn by one alone
--   n_class_conflicts  of these, given several classes
with called as (
    select dataset, image_id, class_name, groups[agreement_step()] as object_number, count(*) as n
    from annotator_groups
    group by all
),

drawn as (
    select dataset, image_id, object_number, sum(n) as n_drawn, sum(n * (n - 1)) // 2 as n_same, count(*) as n_classes
    from called
    group by all
),

judged as (
    select
        dataset,
        'objects' as field,
        image_id,
        any_value(n_annotators) as n_annotators,
        sum(n_same + (n_annotators - n_drawn) * (n_annotators - n_drawn - 1) // 2) as n_same,
        count(*) as n_units,
        count(*) filter (where n_drawn = n_annotators) as n_seen_by_all,
        count(*) filter (where n_drawn = 1) as n_seen_by_one,
        count(*) filter (where n_classes > 1) as n_class_conflicts
    from drawn
    inner join shared_images using (dataset, image_id)
    group by dataset, image_id
    union all by name
    from answered_images
)

select
    dataset,
    field,
    image_id,
    file_name,
    images.batch,
    rate(n_same, n_pairs) as percent_agreement,
    n_same::bigint as n_same,
    n_pairs,
    n_annotators,
    n_units,
    n_seen_by_all,
    n_seen_by_one,
    n_class_conflicts
from (select *, (n_units * n_annotators * (n_annotators - 1) // 2)::bigint as n_pairs from judged) as counted
left join images using (dataset, image_id)
order by dataset, field, percent_agreement nulls last, n_pairs desc, image_id
