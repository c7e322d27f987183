-- Which annotations probably have the wrong class?
--
-- Those of whole images: image_label_suspects.
--
-- An annotation is suspicious as far as models see another class there and not its own, as its class is seen nowhere
-- else in the image, and as it lacks the company of others of its class that it would usually have.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset           dataset that the row belongs to
--   suspicion         0 to 1, higher is worse
--   image_id          image
--   file_name         path of the picture as the source gives it
--   annotation_id     annotation
--   class_name        class that the annotator chose
--   suggested_class   class that it should have; null where no model sees another
--   box               box that the annotator drew
--   annotator         who drew it
--   batch             batch of the annotation, else of the image
--   model             model that speaks loudest
--   prediction_id     its prediction of the suggested class
--   confidence        the model's score of that prediction
--   n_models          models that could judge it
--   n_agreeing        of these, those that suggest the same class
--   is_out_of_sample  false when every model that says so was trained on the image
--   evidence          what each model says, the loudest first
select
    dataset,
    suspicion,
    image_id,
    file_name,
    annotation_id,
    class_name,
    suggested_class,
    box,
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
where issue = 'wrong_class' and field is null
order by suspicion desc, dataset, image_id, annotation_id
