-- How similar are the boxes of annotations and predictions in ObjectLab's sense?
--
-- The detour over 1 - (1 - x) is the original's: what it loses to rounding decides which similarity is lowest above 0.
--
-- Grain: dataset, model, annotation_id, prediction_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   annotation_id  annotation
--   prediction_id  prediction in the same image
--   is_same_class  true when the annotator chose the class that the model predicted
--   confidence     the model's score
--   iou            IoU of the two boxes
--   similarity     0.9 IoU + 0.1 exp(-0.1 d), d being the distance of the centres in pixels
-- After: cleanlab.object_detection.rank (cleanlab 2.9)
select
    dataset,
    model,
    annotation_id,
    prediction_id,
    labelled.class_name = predictions.class_name as is_same_class,
    predictions.confidence,
    box_iou(labelled.box, predictions.box) as iou,
    box_iou(labelled.box, predictions.box) * 0.9e0 + (1e0 - 0.9e0) * (1e0 - (1e0 - exp(-sqrt(
        ((labelled.box.x_min + labelled.box.x_max) / 2 - (predictions.box.x_min + predictions.box.x_max) / 2) ** 2
        + ((labelled.box.y_min + labelled.box.y_max) / 2 - (predictions.box.y_min + predictions.box.y_max) / 2) ** 2
    ) * 0.1e0))) as similarity
from labelled_objects as labelled
inner join predictions using (dataset, image_id)
