-- Which predictions does no annotation explain?
--
-- Left out are predictions that an annotation of their class explains (IoU 0.45 or more) or one of another class (0.6).
-- The IoU with one of another class counts less as far as the model supports that class there: it is another object.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   prediction_id  prediction
--   image_id       image
--   class_name     class that the model predicted
--   confidence     the model's score
--   calibrated     probability that an annotator would draw what was predicted
--   box            box that was predicted
--   any_iou        highest IoU with an annotation, or 0
--   rival_iou      the same, times 1 - 0.7 support where the class differs
--   same_iou       highest IoU with an annotation of the class, or 0
--   inside         largest share of the box inside an annotation of the class, or 0
--   around         largest share of an annotation of the class inside the box, or 0
with near as (
    select
        dataset,
        model,
        prediction_id,
        max(iou) as any_iou,
        max(
            iou * case when annotation_class = prediction_class then 1 else 1 - 0.7e0 * coalesce(support, 0) end
        ) as rival_iou,
        max(iou) filter (where annotation_class = prediction_class) as same_iou
    from pairs
    left join objects_by_model using (dataset, model, annotation_id)
    group by all
),

unexplained as (
    select
        calibrated.*,
        coalesce(any_iou, 0) as any_iou,
        coalesce(rival_iou, 0) as rival_iou,
        coalesce(same_iou, 0) as same_iou
    from calibrated_predictions as calibrated
    left join near using (dataset, model, prediction_id)
    where is_counted and not is_found and coalesce(rival_iou, 0) < 0.6e0 and coalesce(same_iou, 0) < 0.45e0
),

contained as (
    select
        unexplained.dataset,
        unexplained.model,
        unexplained.prediction_id,
        max(box_overlap_of(unexplained.box, annotations.box)) as inside,
        max(box_overlap_of(annotations.box, unexplained.box)) as around
    from unexplained
    inner join annotations using (dataset, image_id, class_name)
    group by all
)

select
    dataset,
    model,
    prediction_id,
    image_id,
    class_name,
    confidence,
    calibrated,
    box,
    any_iou,
    rival_iou,
    same_iou,
    coalesce(inside, 0) as inside,
    coalesce(around, 0) as around
from unexplained
left join contained using (dataset, model, prediction_id)
