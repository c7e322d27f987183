-- How suspicious is each annotation once all models have spoken?
--
-- Where one model speaks there is nothing to gather: its words are taken as they are (`lone_object_suspicions`).
--
-- Grain: dataset, issue, annotation_id
-- Columns:
--   dataset           dataset that the row belongs to
--   issue             wrong_class, bad_box or extra_label
--   annotation_id     annotation
--   image_id          image
--   loudest           what the loudest model says: model, prediction_id, suggested_class, suggested_box
--   n_models          models that can judge it
--   n_agreeing        of these, those that hold it for an error; for wrong_class, with the same suggestion
--   is_out_of_sample  false when every model was trained on the image
--   log_odds          log odds of the error by all of them
--   evidence          what each says, the loudest first
with spoken as (
    select
        dataset,
        issue,
        annotation_id,
        any_value(image_id) as image_id,
        arg_max(
            {
                'model': model,
                'prediction_id': prediction_id,
                'suggested_class': suggested_class,
                'suggested_box': suggested_box
            },
            (log_odds, model)
        ) filter (where evidence is not null) as loudest,
        count(*) as n_models,
        list(suggested_class) filter (where log_odds > -3) as classes,
        count(*) filter (where log_odds > -3) as n_against,
        bool_or(is_out_of_sample) as is_out_of_sample,
        consensus_log_odds(fsum(weight * (log_odds + 3)), fsum(weight)) as log_odds,
        string_agg(evidence, '; ' order by log_odds desc, model desc) as evidence
    from object_evidence
    inner join (select * exclude (n_models) from model_weights where n_models > 1) using (dataset, model)
    group by dataset, issue, annotation_id
)

select
    dataset,
    issue,
    annotation_id,
    image_id,
    loudest,
    n_models,
    case
        when issue <> 'wrong_class' then n_against
        else coalesce(len(list_filter(classes, lambda c: c = loudest.suggested_class)), 0)
    end as n_agreeing,
    is_out_of_sample,
    log_odds,
    evidence
from spoken
where loudest is not null
union all
from lone_object_suspicions
