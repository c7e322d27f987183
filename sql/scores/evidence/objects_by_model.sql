-- What does each model see where each annotation is?
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset           dataset that the row belongs to
--   model             model run
--   annotation_id     annotation
--   image_id          image
--   class_name        class that the annotator chose
--   has_company       true when the image holds another annotation of the class by the same annotator
--   company           log of how much likelier its company, or lack of it, is if the class is right
--   support           strongest evidence for the class: calibrated confidence times weight, 0 to 1
--   raw_support       the same with the confidence
--   other             strongest evidence for another class, likewise, times the share that is not explained
--   raw_other         the same with the confidence
--   other_class       the class of it, or of a prediction that only touches; null where no other class is near
--   other_id          the prediction that says so
--   other_confidence  its confidence
--   other_iou         its IoU with the annotation
--   best_same_iou     highest IoU with a prediction of the class, or 0
--   best_any_iou      highest IoU with any prediction, or 0
--   nearest_iou       highest IoU with a prediction that overlaps no other annotation more, or 0
--   touched           strongest evidence that anything is there, 0 to 1
--   seen              how surely the model sees the class anywhere in the image, 0 to 1
with spoken as (
    select
        dataset,
        model,
        annotation_id,
        max(calibrated * weight) filter (where is_same_class) as support,
        max(confidence * weight) filter (where is_same_class) as raw_support,
        max(calibrated * weight * (1 - explained)) filter (where not is_same_class) as other,
        max(confidence * weight * (1 - explained)) filter (where not is_same_class) as raw_other,
        arg_max(
            { 'id': prediction_id, 'class': prediction_class, 'confidence': confidence, 'iou': iou },
            (calibrated * weight * (1 - explained), calibrated * iou, prediction_id)
        ) filter (where not is_same_class) as witness,
        max(iou) filter (where is_same_class) as best_same_iou,
        max(iou) as best_any_iou,
        max(iou) filter (where is_nearest) as nearest_iou,
        max(calibrated * clipped(iou / 0.4e0) * (1 - 0.7e0 * explained)) as touched
    from evidence_pairs
    group by all
)

select
    dataset,
    model,
    annotation_id,
    image_id,
    class_name,
    has_company,
    company,
    coalesce(support, 0) as support,
    coalesce(raw_support, 0) as raw_support,
    coalesce(other, 0) as other,
    coalesce(raw_other, 0) as raw_other,
    witness.class as other_class,
    witness.id as other_id,
    witness.confidence as other_confidence,
    witness.iou as other_iou,
    coalesce(best_same_iou, 0) as best_same_iou,
    coalesce(best_any_iou, 0) as best_any_iou,
    coalesce(nearest_iou, 0) as nearest_iou,
    coalesce(touched, 0) as touched,
    coalesce(seen, 0) as seen
from judged_objects
left join spoken using (dataset, model, annotation_id)
left join seen_classes using (dataset, model, image_id, class_name)
