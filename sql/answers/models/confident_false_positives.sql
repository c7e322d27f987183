-- Where is a model sure of an object that no annotation confirms?
--
-- The model is wrong there, or the annotation is: missing, of another class, or badly drawn. Shown are predictions
-- from high_confidence() on, most confident first.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset           dataset that the row belongs to
--   model             model run
--   image_id          image
--   file_name         path of the picture as the source gives it
--   prediction_id     prediction
--   class_name        class that the model predicted
--   confidence        the model's score
--   error_kind        bad_box, wrong_class, both, duplicate or background
--   box               box that the model predicted
--   annotation_id     annotation that explains the error; null for background
--   annotation_class  class that the annotator chose for it
--   iou               IoU with it
--   annotator         who drew it
--   batch             batch of the annotation, else of the image
with wrong as (
    from judged_predictions
    where not is_correct and confidence >= high_confidence()
)

select
    wrong.dataset,
    wrong.model,
    wrong.image_id,
    images.file_name,
    wrong.prediction_id,
    wrong.class_name,
    wrong.confidence,
    wrong.error_kind,
    predictions.box,
    wrong.annotation_id,
    annotations.class_name as annotation_class,
    wrong.iou,
    annotations.annotator,
    coalesce(annotations.batch, images.batch) as batch
from wrong
left join predictions using (dataset, model, prediction_id)
left join images on wrong.dataset = images.dataset and wrong.image_id = images.image_id
left join annotations on wrong.dataset = annotations.dataset and wrong.annotation_id = annotations.annotation_id
order by wrong.confidence desc, wrong.dataset, wrong.model, wrong.image_id, wrong.prediction_id
