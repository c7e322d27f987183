-- Log odds that a prediction shows an object that nobody annotated.
--
-- rival_iou, same_iou, inside, around: of `unexplained_predictions`; is_repeated: a more confident prediction of the
-- model has IoU above 0.5 with it; is_beside_found: so does one that found its annotation.
create or replace macro missing_label_log_odds(
    calibrated, confidence, rival_iou, same_iou, inside, around, is_repeated, is_beside_found
) as
    0.65e0 * log_odds(calibrated)
    + 0.35e0 * log_odds(confidence)
    + ln(greatest(1e-2, 1 - clipped((rival_iou - 0.2e0) / 0.4e0)))
    + ln(greatest(1e-2, 1 - clipped((same_iou - 0.1e0) / 0.35e0)))
    + ln(1 - 0.7e0 * clipped((inside - 0.5e0) / 0.5e0))
    + ln(1 - 0.7e0 * clipped((around - 0.5e0) / 0.5e0))
    - case when is_repeated then 3e0 else 0e0 end
    - case when is_beside_found then 1e0 else 0e0 end
    - 1;
