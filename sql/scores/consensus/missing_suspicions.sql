-- Where do the models together see an object that nobody annotated?
--
-- Predictions of several models with one class and IoU 0.5 or more are one place; the one with the highest odds stands
-- for it.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset           dataset that the row belongs to
--   model             model of the prediction
--   prediction_id     prediction that stands for the place
--   image_id          image
--   suggested_class   class that it says
--   suggested_box     its box
--   n_models          models that have a vote
--   n_agreeing        of these, those that predict the class at this place
--   is_out_of_sample  false when every model that says so was trained on the image
--   log_odds          log odds that an annotation is missing there, by all of them
--   evidence          what each says, the loudest first
with heard as materialized (from missing_label_votes),

alone as materialized (select dataset from model_weights where n_models = 1),

votes as materialized (from heard anti join alone using (dataset)),

counted as (
    select
        dataset,
        model,
        prediction_id,
        image_id,
        suggested_class,
        suggested_box,
        count(*) as n_models,
        count(voter_prediction) as n_agreeing,
        bool_or(is_out_of_sample) filter (where voter_prediction is not null) as is_out_of_sample,
        consensus_log_odds(fsum(weight * (log_odds + 3)), fsum(weight)) as log_odds,
        string_agg(evidence, '; ' order by log_odds desc, voter) as evidence
    from votes
    group by all
),

outvoted as (
    select a.dataset, a.model, a.prediction_id
    from votes
    inner join counted as a using (dataset, model, prediction_id)
    inner join counted as b
        on
            votes.dataset = b.dataset
            and votes.voter = b.model
            and votes.voter_prediction = b.prediction_id
    where votes.voter <> votes.model and (b.log_odds, a.model) > (a.log_odds, b.model)
)

from counted
anti join outvoted using (dataset, model, prediction_id)
union all
-- Where one model speaks there is nothing to gather.
select
    dataset,
    model,
    prediction_id,
    image_id,
    suggested_class,
    suggested_box,
    1 as n_models,
    1 as n_agreeing,
    is_out_of_sample,
    consensus_log_odds(weight * (log_odds + 3), weight) as log_odds,
    evidence
from heard
semi join alone using (dataset)
