-- What is known of each label that may be wrong, however little suspicious?
--
-- Labels are objects and, with the question in `field`, answers about whole images. Two duplicates are one suspect: the
-- one drawn later, beside the other.
--
-- Grain: dataset, issue, image_id, field, annotation_id, model, prediction_id
-- Columns:
--   dataset              dataset that the row belongs to
--   issue                missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   suspicion            0 to 1, higher is worse
--   image_id             image
--   file_name            path of the picture as the source gives it
--   field                question about the image that was answered; null for an object
--   annotation_id        annotation; null for missing_label and for an answer about the image
--   other_annotation_id  for duplicate_label, the annotation that is almost the same
--   class_name           class that the annotator chose
--   box                  box that the annotator drew
--   annotator            who drew it, or gave the answer; null where several gave it
--   batch                batch of the annotation, else of the image
--   suggested_class      class that the label should have: for wrong_class and missing_label
--   suggested_box        box that it should have: for bad_box and missing_label
--   model                model that speaks loudest; null for duplicate_label
--   prediction_id        its prediction; null where it is the lack of one
--   confidence           the model's score of that prediction, or of suggested_class
--   n_models             models that could judge it; 0 for duplicate_label, which needs none
--   n_agreeing           of these, those that hold it for an error
--   is_out_of_sample     false when every model that says so was trained on the image
--   evidence             what each model says, the loudest first
with everything as (
    select
        told.* exclude (is_listed), null as field, drawn.box
    from suspicions as told
    left join annotations as drawn on told.dataset = drawn.dataset and told.annotation_id = drawn.annotation_id
    where told.is_listed is not false
    union all by name
    select
        dataset, 'wrong_class' as issue, suspicion, image_id, field, class_name, annotator, suggested_class, model,
        other_confidence as confidence, n_models, n_agreeing, is_out_of_sample, evidence
    from image_label_suspicions
)

select
    suspects.dataset, issue, suspicion, suspects.image_id, images.file_name, field, annotation_id, other_annotation_id,
    class_name, box, annotator, coalesce(suspects.batch, images.batch) as batch, suggested_class, suggested_box, model,
    prediction_id, confidence, n_models, n_agreeing, is_out_of_sample, evidence
from everything as suspects
left join images on suspects.dataset = images.dataset and suspects.image_id = images.image_id
