-- Log odds that an annotation's box is badly placed.
--
-- surprise: of `box_surprises`; iou: with the prediction; best_any_iou: highest IoU with any prediction; calibrated:
-- calibrated confidence of the prediction; is_same_class: the annotator chose its class.
--
-- After: the sum of ln(1 + z^2 / 3) is the negative logarithm of Student's t with 3 degrees of freedom, up to a factor
create or replace macro bad_box_log_odds(surprise, iou, best_any_iou, calibrated, is_same_class) as
    2 * ln(surprise + 2e-2)
    + 2.5e0 * ln(1.02e0 - least(best_any_iou, 1e0))
    - 40 * least(0e0, iou - 0.5e0) ** 2
    + 0.1e0 * ln(calibrated + 1e-2)
    - case when is_same_class then 0e0 else 0.9e0 end
    + 1.5e0;
