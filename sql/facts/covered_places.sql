-- Which predictions of a missing label does a decision cover?
--
-- It covers every prediction of the class that overlaps the place with IoU >= 0.5; without a place, the one it names.
--
-- Grain: dataset, number
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model
--   prediction_id  its prediction
--   number         its number in suspicions
--   decision       the newest decision that covers it
--   n_skips        how often it had been skipped by then
with decided as materialized (from standing_decisions where is_latest and issue = 'missing_label')

select
    suspects.dataset, suspects.model, suspects.prediction_id, suspects.number,
    max_by(decided.decision, row(decided_at, decision_id)) as decision,
    max_by(decided.n_skips, row(decided_at, decision_id)) as n_skips
from suspicions as suspects
inner join decided on suspects.dataset = decided.dataset and suspects.image_id = decided.image_id
where
    suspects.issue = 'missing_label'
    and case
        when decided.box is null
            then suspects.model = decided.model and suspects.prediction_id = decided.prediction_id
        else
            suspects.suggested_class = coalesce(decided.class_name, suspects.suggested_class)
            and box_iou(suspects.suggested_box, decided.box) >= 0.5
    end
group by all
