-- What does each model say about each place where one model sees an object that nobody annotated?
--
-- Another model agrees with a prediction of the class at IoU 0.5 or more that no annotation explains. Silence counts
-- against the object, the more so the more annotations of the class that model finds. Models that never predict the
-- class, or predicted nothing in the image, have no vote.
--
-- Grain: dataset, model, prediction_id, voter
-- Columns:
--   dataset            dataset that the row belongs to
--   model              model of the prediction
--   prediction_id      prediction
--   image_id           image
--   suggested_class    class that the prediction says
--   suggested_box      its box
--   log_odds           log odds that an annotation is missing there, by the voter alone
--   evidence           the same in words; null when it is silent
--   voter              model that votes
--   voter_prediction   prediction by which it agrees; null when it is silent
--   is_out_of_sample   false when the voter was trained on the image
--   weight             of the voter's word
with candidates as materialized (
    select * exclude (repeated_iou, found_iou) from missing_label_evidence
),

others as (
    select dataset, image_id, suggested_class, voter, silence
    from (select distinct dataset, image_id, model as voter from predictions)
    inner join (
        select dataset, model as voter, class_name as suggested_class, -3 + ln(1 - 0.9e0 * avg(findable)) as silence
        from findable_objects
        group by all
    ) using (dataset, voter)
    where dataset in (select dataset from model_weights where n_models > 1)
),

agreeing as (
    select
        a.dataset,
        a.model,
        a.prediction_id,
        b.model as voter,
        arg_max(
            { 'id': b.prediction_id, 'log_odds': b.log_odds, 'evidence': b.evidence },
            (b.log_odds, b.prediction_id)
        ) as heard
    from candidates as a
    inner join candidates as b using (dataset, image_id, suggested_class)
    where a.model <> b.model and box_iou(a.suggested_box, b.suggested_box) >= 0.5e0
    group by a.dataset, a.model, a.prediction_id, b.model
),

votes as (
    select *, model as voter, prediction_id as voter_prediction
    from candidates
    union all by name
    select
        said.* exclude (log_odds, evidence),
        voter,
        heard.id as voter_prediction,
        coalesce(heard.log_odds, silence) as log_odds,
        heard.evidence as evidence
    from candidates as said
    inner join others using (dataset, image_id, suggested_class)
    left join agreeing using (dataset, model, prediction_id, voter)
    where said.model <> voter
)

from votes
inner join (select dataset, model as voter, is_out_of_sample, weight from model_weights) using (dataset, voter)
