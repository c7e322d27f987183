-- How strongly does each model speak for another place of an annotation's box?
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   annotation_id  annotation
--   image_id       image
--   prediction_id  prediction that the box is compared with
--   suggested_box  its box
--   log_odds       log odds that the box is badly placed
--   evidence       the same in words
select
    dataset,
    model,
    annotation_id,
    image_id,
    prediction_id,
    box as suggested_box,
    bad_box_log_odds(surprise, iou, best_any_iou, calibrated, is_same_class) as log_odds,
    model || ' places it at IoU ' || round(iou, 2) || ' (trusted ' || round(calibrated, 2)
    || '); its sides lie ' || round(sqrt(3 * (exp(surprise) - 1)), 1) || ' usual distances apart' as evidence
from box_witnesses
inner join box_surprises using (dataset, model, annotation_id)
