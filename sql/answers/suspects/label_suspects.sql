-- Which labels are probably wrong, of every kind, most suspicious first?
--
-- Labels are objects and, with the question in `field`, answers about whole images. Two duplicates are one suspect: the
-- one drawn later, beside the other. Shown are those from min_suspicion() on; `set variable min_suspicion = 0` shows
-- every candidate.
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
select
    dataset, issue, suspicion, image_id, file_name, field, annotation_id, other_annotation_id, class_name, box,
    annotator, batch, suggested_class, suggested_box, model, prediction_id, confidence, n_models, n_agreeing,
    is_out_of_sample, evidence
from described_suspects
where suspicion >= min_suspicion()
order by suspicion desc, dataset, issue, image_id, field, annotation_id, model, prediction_id
