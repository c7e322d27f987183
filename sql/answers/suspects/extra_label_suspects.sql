-- Which annotations probably show nothing?
--
-- An annotation is suspicious as far as models would find an object like it and find none there, and as its class is
-- alone in the image.
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
--   annotator         who drew it
--   batch             batch of the annotation, else of the image
--   model             model that speaks loudest
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
    annotator,
    batch,
    model,
    n_models,
    n_agreeing,
    is_out_of_sample,
    evidence
from label_suspects
where issue = 'extra_label'
order by suspicion desc, dataset, image_id, annotation_id
