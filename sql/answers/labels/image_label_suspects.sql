-- Which images were probably given a wrong class, most suspicious first?
--
-- Shown are those from min_suspicion() on; `image_label_suspicions` holds every image that a model can judge.
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset           dataset that the row belongs to
--   field             question that was answered
--   suspicion         0 to 1, higher is worse
--   image_id          image
--   file_name         path of the picture as the source gives it
--   class_name        class that the annotators gave it
--   suggested_class   class that the model that speaks loudest gives it
--   n_votes           votes on the image
--   n_for             of these, votes for class_name
--   batch             batch of the image
--   model             model that speaks loudest
--   self_confidence   its probability of class_name
--   other_confidence  its probability of suggested_class
--   n_models          models that could judge it
--   n_agreeing        of these, those that hold it for an error and suggest that class
--   is_label_issue    true when confident learning by any of the models takes it for an error
--   is_out_of_sample  false when every model was trained on the image
--   evidence          what each model says, the loudest first
select
    suspects.dataset,
    suspects.field,
    suspects.suspicion,
    suspects.image_id,
    images.file_name,
    suspects.class_name,
    suspects.suggested_class,
    suspects.n_votes,
    suspects.n_for,
    images.batch,
    suspects.model,
    suspects.self_confidence,
    suspects.other_confidence,
    suspects.n_models,
    suspects.n_agreeing,
    suspects.is_label_issue,
    suspects.is_out_of_sample,
    suspects.evidence
from image_label_suspicions as suspects
left join images on suspects.dataset = images.dataset and suspects.image_id = images.image_id
where suspects.suspicion >= min_suspicion()
order by suspects.suspicion desc, suspects.dataset, suspects.field, suspects.image_id
