-- Which suspects wait for a decision?
--
-- A decision covers a label as the reviewer saw it: when its class or box was changed since, it is a suspect like any
-- other. Of a missing label it covers every prediction of the class that overlaps the place with IoU >= 0.5, of two
-- duplicates both. What was skipped waits again; what was escalated waits for the lead (escalations). Left out is what
-- lies below min_suspicion().
--
-- Grain: dataset, issue, image_id, field, annotation_id, model, prediction_id
-- Columns:
--   dataset              dataset that the row belongs to
--   issue                missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability    probability that it is an error: by what reviewers decided so far (error_calibration)
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
--   n_skips              how often it has been skipped
select
    suspects.dataset, issue, error_probability, suspicion, suspects.image_id, images.file_name, field,
    suspects.annotation_id, other_annotation_id, suspects.class_name, drawn.box, suspects.annotator,
    suspects.batch, suggested_class, suggested_box, model, prediction_id, confidence,
    n_models, n_agreeing, is_out_of_sample, evidence, n_skips
from undecided_suspicions as suspects
left join annotations as drawn
    on suspects.dataset = drawn.dataset and suspects.annotation_id = drawn.annotation_id
left join images on suspects.dataset = images.dataset and suspects.image_id = images.image_id
order by
    error_probability desc, suspects.dataset, issue, suspects.image_id, field, suspects.annotation_id, model,
    prediction_id
