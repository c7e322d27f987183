-- Who says the same when asked again?
--
-- Worst first. Where an annotator drew on an image in two jobs, or answered a question about it in two batches; what
-- nobody can say twice alike, nobody can agree on with others. Jobs that share out the classes of an image between them
-- look like disagreement here.
--
-- Grain: dataset, field, annotator
-- Columns:
--   dataset         dataset that the row belongs to
--   field           objects, or the question that was answered about the image
--   annotator       annotator
--   same_rate       n_same / n_units
--   same_rate_low   lower end of its 95 % interval, adjusted for clustering of objects in images
--   same_rate_high  upper end
--   n_same          of n_units, drawn both times with the same class, or answered alike
--   n_units         objects drawn either time at min_iou(), or images answered twice; once for each two times
--   n_both          of n_units, drawn both times; null for answers
--   mean_iou        mean IoU of what was drawn both times; null for answers
--   n_images        images that were seen twice
-- After: Wilson (1927) with a design effect, Kish (1965)
with answered as (
    select dataset, coalesce(field, 'label') as field, image_id, annotator, batch, class_name
    from image_labels
    where annotator is not null and batch is not null and class_name is not null and not coalesce(is_gold, false)
),

twice as (
    select dataset, field, image_id, annotator from answered group by all having min(batch) <> max(batch)
),

told as (
    select dataset, field, image_id, annotator, batch,
        string_agg(distinct class_name, ', ' order by class_name) as class_name
    from answered
    semi join twice using (dataset, field, image_id, annotator)
    group by all
),

repeated as (
    select dataset, 'objects' as field, image_id, annotator, n_units, n_same, n_both, iou_sum
    from repeated_objects
    union all
    select one.dataset, one.field, one.image_id, one.annotator, 1 as n_units,
        (one.class_name = other.class_name)::integer as n_same, null as n_both, null as iou_sum
    from told as one
    inner join told as other using (dataset, field, image_id, annotator)
    where one.batch < other.batch
),

counted as (
    select dataset, field, annotator, image_id, sum(columns(['n_units', 'n_same', 'n_both', 'iou_sum']))
    from repeated
    group by dataset, field, annotator, image_id
),

summed as (
    select dataset, field, annotator, cluster_sums(n_same, n_units) as sums, sum(n_both)::bigint as n_both,
        sum(iou_sum) as iou_sum
    from counted
    group by all
)

select
    dataset,
    field,
    annotator,
    rate(sums.k, sums.n) as same_rate,
    clustered_low(sums) as same_rate_low,
    clustered_high(sums) as same_rate_high,
    sums.k as n_same,
    sums.n as n_units,
    n_both,
    iou_sum / nullif(n_both, 0) as mean_iou,
    sums.n_images as n_images
from summed
order by dataset, field, same_rate nulls last, annotator
