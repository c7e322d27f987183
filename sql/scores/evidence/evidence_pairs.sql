-- What does each prediction say about each annotation that it overlaps, and how far is it to be trusted?
--
-- Grain: dataset, model, prediction_id, annotation_id
-- Columns:
--   dataset           dataset that the row belongs to
--   model             model run
--   prediction_id     prediction
--   annotation_id     annotation
--   prediction_class  class that the model predicted
--   is_same_class     true when the annotator chose it too
--   iou               IoU of the two, or keypoint similarity
--   is_nearest        true when the prediction overlaps no other annotation more; another class counts 0.8 times
--   explained         how far an annotation of the prediction's own class explains it, 0 to 1; 0 in its own pairs
--   weight            how far the overlap makes the two the same object, 0 to 1
--   confidence        the model's score
--   calibrated        probability that an annotator would draw what was predicted
--   box               box that the model predicted
select
    dataset,
    model,
    prediction_id,
    annotation_id,
    prediction_class,
    is_same_class,
    iou,
    is_nearest,
    explained,
    weight,
    confidence,
    calibrated,
    box
from overlap_pairs
inner join calibrated_predictions using (dataset, model, prediction_id)
