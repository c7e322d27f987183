-- How mistaken does FiftyOne hold each annotation to be, and what does it hold for missing or spurious?
--
-- To be compared with our own suspicions. An image is as mistaken as its most mistaken annotation, or -1 without any.
--
-- Grain: dataset, model, annotation_id, prediction_id
-- Columns:
--   dataset               dataset that the row belongs to
--   model                 model run
--   image_id              image
--   annotation_id         annotation; null where a prediction finds none
--   prediction_id         prediction that finds it, whatever its class; null where none does
--   class_name            class that the annotator chose
--   prediction_class      class that the model predicted
--   confidence            the model's score
--   iou                   IoU of the two
--   mistakenness          (confidence + 1) / 2 where the classes differ, (1 - confidence) / 2 where they agree
--   mistakenness_loc      (confidence * (2 i - 1) + 1) / 2 with i = 2 (1 - IoU)
--   is_possible_spurious  true where no prediction finds the annotation
--   is_possible_missing   true where a prediction finds none and its confidence is above 0.95
-- After: compute_mistakenness of FiftyOne, with matches of evaluate_detections(classwise=False, iou=0.5)
with found as materialized (
    from class_agnostic_matches
),

rows_of_annotations as (
    select
        dataset,
        model,
        image_id,
        annotation_id,
        prediction_id,
        class_name,
        prediction_class,
        confidence,
        iou
    from labelled_objects
    inner join (select distinct dataset, model from predictions) using (dataset)
    left join found using (dataset, model, annotation_id)
),

rows_of_predictions as (
    select dataset, model, image_id, prediction_id, class_name as prediction_class, confidence
    from predictions
    anti join found using (dataset, model, prediction_id)
)

select
    *,
    (1 + confidence * case when class_name = prediction_class then -1 when class_name is not null then 1 end) / 2
        as mistakenness,
    (confidence * (4 * (1 - iou) - 1) + 1) / 2 as mistakenness_loc,
    prediction_id is null as is_possible_spurious,
    annotation_id is null and confidence > 0.95e0 as is_possible_missing
from (
    from rows_of_annotations
    union all by name
    from rows_of_predictions
)
order by mistakenness desc nulls last, dataset, model, image_id, annotation_id, prediction_id
