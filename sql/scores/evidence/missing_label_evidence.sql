-- How strongly does each model speak for an object that nobody annotated?
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset          dataset that the row belongs to
--   model            model run
--   prediction_id    prediction that no annotation explains
--   image_id         image
--   suggested_class  class that the model predicted
--   suggested_box    box that it predicted
--   repeated_iou     highest IoU with a more confident prediction of the model, or 0
--   found_iou        highest IoU with one that found an annotation, or 0
--   log_odds         log odds that an annotation is missing there
--   evidence         the same in words
with lone as materialized (
    from unexplained_predictions
),

found as (
    select distinct dataset, model, prediction_id
    from overlap_pairs
    where is_nearest and iou >= 0.5e0
),

others as (
    select predicted.*, found.prediction_id is not null as has_found
    from calibrated_predictions as predicted
    left join found using (dataset, model, prediction_id)
),

beside as (
    select
        a.dataset,
        a.model,
        a.prediction_id,
        max(box_iou(a.box, b.box)) filter (
            where (b.confidence, a.prediction_id) > (a.confidence, b.prediction_id)
        ) as repeated_iou,
        max(box_iou(a.box, b.box)) filter (where b.has_found) as found_iou
    from lone as a
    inner join others as b
        on
            a.dataset = b.dataset
            and a.model = b.model
            and a.image_id = b.image_id
            and a.prediction_id <> b.prediction_id
            and boxes_meet(a.box, b.box)
    group by all
)

select
    dataset,
    model,
    prediction_id,
    lone.image_id,
    lone.class_name as suggested_class,
    lone.box as suggested_box,
    coalesce(repeated_iou, 0) as repeated_iou,
    coalesce(found_iou, 0) as found_iou,
    missing_label_log_odds(
        calibrated, confidence, rival_iou, same_iou, inside, around,
        coalesce(repeated_iou, 0) > 0.5e0, coalesce(found_iou, 0) > 0.5e0
    ) as log_odds,
    model || ' predicts ' || lone.class_name || ' at confidence ' || round(confidence, 2) || ', right in '
    || round(100 * calibrated) || ' % of such cases; '
    || case
        when any_iou = 0 then 'no annotation is near'
        else 'the nearest annotation has IoU ' || round(any_iou, 2)
    end as evidence
from lone
left join beside using (dataset, model, prediction_id)
