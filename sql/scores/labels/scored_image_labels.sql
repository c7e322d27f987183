-- Which images were probably given a wrong class, and why?
--
-- Every image that a model can judge is a row, however little suspicious; the answers make the cuts.
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset           dataset that the row belongs to
--   field             question that was answered
--   image_id          image
--   class_name        class that the annotators gave it
--   n_votes           votes on the image
--   n_for             of these, votes for that class
--   suspicion         0 to 1, higher is worse
--   suggested_class   class that the model that speaks loudest gives it
--   model             that model
--   self_confidence   its probability of class_name
--   other_confidence  its probability of suggested_class
--   n_models          models that could judge it
--   n_agreeing        of these, those that hold it for an error and suggest that class
--   is_label_issue    true when confident learning by any of the models takes it for an error
--   is_out_of_sample  false when every model was trained on the image
--   evidence          what each model says, the loudest first
-- Stored: image_label_suspicions
with spoken as (
    select
        dataset,
        field,
        image_id,
        any_value(class_name) as class_name,
        consensus_log_odds(fsum(weight * (log_odds + 3)), fsum(weight)) as log_odds,
        arg_max(
            {
                'model': model,
                'self_confidence': self_confidence,
                'other_class': other_class,
                'other_confidence': other_confidence
            },
            (log_odds, model)
        ) as loudest,
        list(other_class) filter (where log_odds > -3) as others,
        count(*) as n_models,
        bool_or(is_label_issue) as is_label_issue,
        bool_or(is_out_of_sample) as is_out_of_sample,
        string_agg(
            format('{}: {} {:.2g} where {:.2g} is usual', model, class_name, self_confidence, usual_confidence)
            || coalesce(format(', {} {:.2g}', other_class, other_confidence), ''),
            '; ' order by log_odds desc, model desc
        ) as evidence
    from label_evidence
    inner join label_models using (dataset, field, model)
    group by dataset, field, image_id
)

select
    dataset,
    field,
    image_id,
    class_name,
    given.n_votes,
    given.n_for,
    logistic(log_odds) as suspicion,
    loudest.other_class as suggested_class,
    loudest.model,
    loudest.self_confidence,
    loudest.other_confidence,
    n_models,
    coalesce(len(list_filter(others, lambda c: c = loudest.other_class)), 0) as n_agreeing,
    is_label_issue,
    is_out_of_sample,
    evidence
from spoken
inner join given_labels as given using (dataset, field, image_id, class_name)
order by dataset, field, image_id
