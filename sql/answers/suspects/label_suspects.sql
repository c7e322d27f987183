-- Which labels are probably wrong, of every kind, most suspicious first?
--
-- Shown are those from min_suspicion() on; `suspicions` holds every candidate.
--
-- Grain: dataset, issue, annotation_id, model, prediction_id
-- Columns:
--   dataset           dataset that the row belongs to
--   issue             missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   suspicion         0 to 1, higher is worse
--   image_id          image
--   file_name         path of the picture as the source gives it
--   annotation_id     annotation; null for missing_label
--   class_name        class that the annotator chose
--   box               box that the annotator drew
--   annotator         who drew it
--   batch             batch of the annotation, else of the image
--   suggested_class   class that the label should have: for wrong_class and missing_label
--   suggested_box     box that it should have: for bad_box and missing_label
--   model             model that speaks loudest; null for duplicate_label
--   prediction_id     its prediction; null where it is the lack of one
--   confidence        the model's score of that prediction
--   n_models          models that could judge it; 0 for duplicate_label, which needs none
--   n_agreeing        of these, those that hold it for an error
--   is_out_of_sample  false when every model that says so was trained on the image
--   evidence          what each model says, the loudest first
select
    suspects.dataset,
    suspects.issue,
    suspects.suspicion,
    suspects.image_id,
    images.file_name,
    suspects.annotation_id,
    annotations.class_name,
    annotations.box,
    annotations.annotator,
    coalesce(annotations.batch, images.batch) as batch,
    suspects.suggested_class,
    suspects.suggested_box,
    suspects.model,
    suspects.prediction_id,
    predictions.confidence,
    suspects.n_models,
    suspects.n_agreeing,
    suspects.is_out_of_sample,
    suspects.evidence
from suspicions as suspects
left join images on suspects.dataset = images.dataset and suspects.image_id = images.image_id
left join annotations on suspects.dataset = annotations.dataset and suspects.annotation_id = annotations.annotation_id
left join predictions
    on
        suspects.dataset = predictions.dataset
        and suspects.model = predictions.model
        and suspects.prediction_id = predictions.prediction_id
where suspects.suspicion >= min_suspicion()
order by
    suspects.suspicion desc,
    suspects.dataset,
    suspects.issue,
    suspects.image_id,
    suspects.annotation_id,
    suspects.model,
    suspects.prediction_id
