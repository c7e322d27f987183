-- Which annotations does each model find?
--
-- Left out are annotations that do not count: crowds and ignored ones. With min_confidence() and an IoU above 0.5,
-- the confidence that decides is that of the prediction that finds the annotation at 0.5.
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   image_id       image
--   annotation_id  annotation
--   class_name     class that the annotator chose
--   is_found       true when a prediction of its class finds it at min_iou() and min_confidence()
--   prediction_id  prediction that finds it at IoU 0.5; null when none does
--   confidence     confidence of that prediction
select
    dataset,
    model,
    image_id,
    annotation_id,
    annotation_class as class_name,
    coalesce(holds(found_mask) and confidence >= min_confidence(), false) as is_found,
    prediction_id,
    confidence
from matches
where outcome = 'true_positive' or (prediction_id is null and outcome = 'false_negative')
