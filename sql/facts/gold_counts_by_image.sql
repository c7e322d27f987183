-- How many gold objects did each annotator get right on each image?
--
-- Grain: dataset, field, image_id, annotator
-- Columns:
--   dataset        dataset that the row belongs to
--   field          objects, or the question that was answered about the image
--   image_id       image with gold that the annotator looked at
--   annotator      annotator
--   n_correct      objects with the right class, or right answers
--   n_wrong_class  annotations of a gold object with another class
--   n_missing      gold objects without annotation
--   n_extra        annotations without gold object
--   iou_sum        sum of the IoU of annotations with their gold object
--   n_ious         how many that are
select
    dataset,
    field,
    image_id,
    annotator,
    count(*) filter (where outcome = 'correct') as n_correct,
    count(*) filter (where outcome = 'wrong_class') as n_wrong_class,
    count(*) filter (where outcome = 'missing') as n_missing,
    count(*) filter (where outcome = 'extra') as n_extra,
    sum(iou) as iou_sum,
    count(iou) as n_ious
from gold_outcomes
group by dataset, field, image_id, annotator
