-- Log odds that an annotation shows nothing.
--
-- findable: probability that the model finds an annotation like it; nearest_iou, touched, best_same_iou: what the model
-- predicted there; company: of `objects_by_model`; twin_iou: highest IoU with another annotation, whose copy it may be.
create or replace macro extra_label_log_odds(findable, nearest_iou, touched, best_same_iou, company, twin_iou) as
    soft_log_odds(findable)
    + 3 * ln(greatest(1e-6, (1 - least(nearest_iou, 1e0)) * (1 - touched)))
    - 5 * best_same_iou
    - 0.5e0 * company
    - case when twin_iou > 0.8e0 then 3e0 else 0e0 end
    - 2.25e0;
