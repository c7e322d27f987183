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
--   annotator         who gave it; null where several did, or nobody is named
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
--   number            1, 2, ... within the dataset, by field and image_id
-- Stored: image_label_suspicions
with spoken as (
    select
        dataset,
        field,
        image_id,
        list({
            'log_odds': log_odds,
            'model': model,
            'weight': weight,
            'self_confidence': self_confidence,
            'usual_confidence': usual_confidence,
            'other_class': other_class,
            'other_confidence': other_confidence,
            'is_label_issue': is_label_issue,
            'is_out_of_sample': is_out_of_sample
        }) as unordered
    from label_evidence
    inner join label_models using (dataset, field, model)
    group by dataset, field, image_id
),

ordered as (
    select
        * exclude (unordered),
        case when len(unordered) > 1 then list_reverse_sort(unordered) else unordered end as said,
        said[1] as loudest
    from spoken
)

select
    dataset,
    field,
    image_id,
    given.class_name,
    given.annotator,
    given.n_votes,
    given.n_for,
    logistic(consensus_log_odds(
        list_sum(list_transform(said, lambda s: s.weight * (s.log_odds + 3))),
        list_sum(list_transform(said, lambda s: s.weight))
    )) as suspicion,
    loudest.other_class as suggested_class,
    loudest.model,
    loudest.self_confidence,
    loudest.other_confidence,
    len(said) as n_models,
    len(list_filter(said, lambda s: s.log_odds > -3 and s.other_class = loudest.other_class)) as n_agreeing,
    len(list_filter(said, lambda s: s.is_label_issue)) > 0 as is_label_issue,
    len(list_filter(said, lambda s: s.is_out_of_sample)) > 0 as is_out_of_sample,
    array_to_string(list_transform(said, lambda s:
        format('{}: {} {:.2g} where {:.2g} is usual', s.model, class_name, s.self_confidence, s.usual_confidence)
        || coalesce(format(', {} {:.2g}', s.other_class, s.other_confidence), '')), '; ') as evidence,
    row_number() over (partition by dataset order by field, image_id) as number
from ordered
inner join given_labels as given using (dataset, field, image_id)
order by dataset, field, image_id
