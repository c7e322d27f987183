-- How suspicious is each annotation where one model speaks alone?
--
-- Grain: dataset, issue, annotation_id
-- Columns:
--   dataset           dataset that the row belongs to
--   issue             wrong_class, bad_box or extra_label
--   annotation_id     annotation
--   image_id          image
--   loudest           what it says: model, prediction_id, suggested_class, suggested_box
--   n_models          1
--   n_agreeing        1 when it holds the annotation for an error
--   is_out_of_sample  false when it was trained on the image
--   log_odds          log odds of the error by this model
--   evidence          what it says
select
    dataset,
    issue,
    annotation_id,
    image_id,
    {
        'model': model,
        'prediction_id': prediction_id,
        'suggested_class': suggested_class,
        'suggested_box': suggested_box
    } as loudest,
    1::bigint as n_models,
    (log_odds > -3 and (issue <> 'wrong_class' or suggested_class is not null))::bigint as n_agreeing,
    is_out_of_sample,
    consensus_log_odds(weight * (log_odds + 3), weight) as log_odds,
    evidence
from object_evidence
inner join (select * exclude (n_models) from model_weights where n_models = 1) using (dataset, model)
where evidence is not null
