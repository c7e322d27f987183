-- How wrong is each image's work, and how large are its boxes beside the model's, in the order of time?
--
-- Grain: dataset, measure, model, annotator, image_id
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    errors_by_review, errors_by_gold, errors_by_suspicion, errors_by_targeted_review or box_size
--   model      model run whose boxes are the measure of box_size; null for gold, and for errors
--   annotator  who drew it
--   image_id   image
--   drawn_at   when its first label was drawn (UTC)
--   total      errors, or sum of the log ratios of the boxes' sides, each held within 2.5 usual distances
--   n          labels that it is of
select
    dataset, 'errors_by_' || judged_by as measure, null as model, annotator, image_id,
    min(drawn_at) as drawn_at, sum(n_errors)::double as total, sum(n_annotations)::bigint as n
from work_errors
where annotator is not null and drawn_at is not null
group by all
union all
select dataset, 'box_size' as measure, model, annotator, image_id, drawn_at, total, n
from image_box_sizes
