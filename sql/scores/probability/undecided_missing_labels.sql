-- Which suggested labels, that the dataset seems to lack, wait for a decision?
--
-- Apart from the other undecided_suspicions, so that who asks for missing labels alone reads nothing else. A decision
-- covers every prediction of the class that overlaps the place with IoU >= 0.5; what was skipped waits again.
--
-- Grain: dataset, image_id, model, prediction_id
-- Columns:
--   dataset           dataset that the row belongs to
--   issue             missing_label
--   suspicion         0 to 1, higher is worse; from min_suspicion() on
--   image_id          image
--   suggested_class   class that the label should have
--   suggested_box     box that it should have
--   model             model that speaks loudest
--   prediction_id     its prediction
--   n_models          models that could judge it
--   n_agreeing        of these, those that see the object
--   is_out_of_sample  false when every model that says so was trained on the image
--   evidence          what each model says, the loudest first
--   number            its number in suspicions
--   batch             batch of the image
--   confidence        the model's score of its prediction
--   n_skips           how often it has been skipped
with covered as (select unnest(list(covered_places), recursive := true) from covered_places)

select
    suspects.dataset, issue, suspicion, image_id, suggested_class, suggested_box, suspects.model,
    suspects.prediction_id, n_models, n_agreeing, is_out_of_sample, evidence, number, batch, confidence,
    coalesce(n_skips, 0) as n_skips
from suspicions as suspects
left join covered using (dataset, number)
where
    issue = 'missing_label' and is_listed is not false and suspicion >= min_suspicion()
    and coalesce(decision, 'skip') = 'skip'
