-- Where did the annotators probably miss an object?
--
-- A place is suspicious as far as models are sure of an object there that no annotation explains, of its own class or
-- of any other. No confidence is too low to count: the model's own calibration says what it is worth.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset           dataset that the row belongs to
--   suspicion         0 to 1, higher is worse
--   image_id          image
--   file_name         path of the picture as the source gives it
--   suggested_class   class of the object
--   suggested_box     box of the object
--   batch             batch of the image
--   model             model whose prediction stands for the place
--   prediction_id     its prediction
--   confidence        the model's score of that prediction
--   n_models          models that have a vote
--   n_agreeing        of these, those that predict the class there
--   is_out_of_sample  false when every model that says so was trained on the image
--   evidence          what each model says, the loudest first
select
    dataset,
    suspicion,
    image_id,
    file_name,
    suggested_class,
    suggested_box,
    batch,
    model,
    prediction_id,
    confidence,
    n_models,
    n_agreeing,
    is_out_of_sample,
    evidence
from label_suspects
where issue = 'missing_label'
order by suspicion desc, dataset, image_id, model, prediction_id
