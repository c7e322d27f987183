-- Which boxes are probably badly placed?
--
-- A box is suspicious as far as its sides lie further from where a model predicts them than is usual for its size, its
-- class and that confidence, and no other prediction fits it.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset           dataset that the row belongs to
--   suspicion         0 to 1, higher is worse
--   image_id          image
--   file_name         path of the picture as the source gives it
--   annotation_id     annotation
--   class_name        class that the annotator chose
--   box               box that the annotator drew
--   suggested_box     box that the model predicts
--   annotator         who drew it
--   batch             batch of the annotation, else of the image
--   model             model that speaks loudest
--   prediction_id     its prediction
--   confidence        the model's score of that prediction
--   n_models          models that could judge it
--   n_agreeing        of these, those that hold it for an error
--   is_out_of_sample  false when every model that says so was trained on the image
--   evidence          what each model says, the loudest first
select
    dataset,
    suspicion,
    image_id,
    file_name,
    annotation_id,
    class_name,
    box,
    suggested_box,
    annotator,
    batch,
    model,
    prediction_id,
    confidence,
    n_models,
    n_agreeing,
    is_out_of_sample,
    evidence
from label_suspects
where issue = 'bad_box'
order by suspicion desc, dataset, image_id, annotation_id
