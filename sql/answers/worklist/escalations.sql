-- What waits for the lead's decision?
--
-- Grain: dataset, decision_id
-- Columns:
--   dataset        dataset that the row belongs to
--   lead           who is to decide
--   decision_id    decision that escalated it
--   decided_at     when that was (UTC)
--   reviewer       who escalated it
--   reason         why
--   issue          missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   suspicion      suspicion that was shown, 0 to 1
--   image_id       image
--   field          question about the image that was answered; null for an object
--   annotation_id  annotation; null for missing_label and for an answer about the image
--   class_name     class that the reviewer saw; of missing_label, the class suggested
--   box            box that the reviewer saw; of missing_label, the box suggested
--   model          model that spoke for the suspicion
--   prediction_id  its prediction
select
    dataset, lead, decision_id, decided_at, reviewer, reason, issue, suspicion, image_id, field, annotation_id,
    class_name, box, model, prediction_id
from standing_decisions
where is_latest and decision = 'escalate'
order by dataset, decided_at, decision_id
