-- Which suspects that wait for a decision are rather errors than not, and whose labels are they?
--
-- Shown are those of a probability from probable_error() on, and of a suspicion from min_suspicion() on.
--
-- Grain: dataset, issue, image_id, field, annotation_id, model, prediction_id
-- Columns:
--   dataset            dataset that the row belongs to
--   issue              missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability  probability that it is an error
--   image_id           image
--   field              question about the image that was answered; null for an object
--   annotation_id      annotation; null for missing_label and for an answer about the image
--   model              model that speaks loudest; null for duplicate_label
--   prediction_id      its prediction; null where it is the lack of one
--   class_name         class that the annotator chose
--   suggested_class    class that the label should have: for wrong_class and missing_label
--   annotator          who drew it, or gave the answer; null where several gave it
--   batch              batch of the annotation, else of the image
select
    dataset, issue, error_probability, image_id, field, annotation_id, model, prediction_id, class_name,
    suggested_class, annotator, batch
from undecided_suspicions
where error_probability >= probable_error()
