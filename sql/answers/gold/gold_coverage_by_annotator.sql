-- Of whose work does gold tell enough?
--
-- Grain: dataset, field, annotator
-- Columns:
--   dataset         dataset that the row belongs to
--   field           objects, or the question that was answered about the image
--   annotator       annotator
--   n_images        images that the annotator looked at, or answered
--   n_gold_images   of these, with gold
--   gold_rate       n_gold_images / n_images
--   gold_rate_low   lower end of the 95 % interval
--   gold_rate_high  upper end
--   n_judged        objects or answers on them: correct, wrong_class, missing and extra together
--   accuracy_reach  half the width of the 95 % interval of the annotator's accuracy; null where nothing was judged
-- After: Wilson (1927) for the intervals
with looked as (
    select dataset, 'objects' as field, annotator, count(*) as n_images
    from image_annotators
    group by all
    union all
    select dataset, field, annotator, count(*) as n_images
    from image_answers
    group by all
),

with_gold as (
    select dataset, field, annotator, n_images as n_gold_images, n_judged, (accuracy_high - accuracy_low) / 2 as reach
    from gold_accuracy_by_annotator
)

select
    looked.dataset,
    looked.field,
    looked.annotator,
    looked.n_images,
    coalesce(n_gold_images, 0) as n_gold_images,
    rate(coalesce(n_gold_images, 0), looked.n_images) as gold_rate,
    wilson_low(coalesce(n_gold_images, 0), looked.n_images) as gold_rate_low,
    wilson_high(coalesce(n_gold_images, 0), looked.n_images) as gold_rate_high,
    coalesce(n_judged, 0) as n_judged,
    reach as accuracy_reach
from looked
left join with_gold using (dataset, field, annotator)
order by looked.dataset, looked.field, n_judged, gold_rate, looked.annotator
