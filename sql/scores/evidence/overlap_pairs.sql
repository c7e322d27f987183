-- How does each prediction lie to each annotation that it overlaps?
--
-- A prediction that an annotation of its own class explains says little about the annotations of other classes around
-- it: a person on a horse is no witness against the horse.
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
with classed as (
    select *, annotation_class = prediction_class as is_same_class
    from pairs
),

surrounded as (
    select
        *,
        iou * case when is_same_class then 1e0 else 0.8e0 end as nearness,
        max(iou * case when is_same_class then 1e0 else 0.8e0 end) over of_prediction as nearest,
        coalesce(max(iou) filter (where is_same_class) over of_prediction, 0) as own_iou
    from classed
    window of_prediction as (partition by dataset, model, prediction_id)
)

select
    dataset,
    model,
    prediction_id,
    annotation_id,
    prediction_class,
    is_same_class,
    iou,
    nearness >= nearest - 1e-9 as is_nearest,
    case when is_same_class then 0e0 else clipped((own_iou - 0.3e0) / 0.3e0) end as explained,
    clipped((iou - 0.3e0) / 0.4e0) as weight
from surrounded
