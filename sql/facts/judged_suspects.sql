-- Which suspects did reviewers judge, how suspicious were they then, and were they errors?
--
-- Those that were decided, with the suspicion that was shown, and every suspicion of a label that an audit judged.
--
-- Grain: dataset, issue, image_id, field, annotation_id, model, prediction_id
-- Columns:
--   dataset        dataset that the row belongs to
--   issue          missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   image_id       image
--   field          question about the image that was answered; null for a suspicion of an object
--   annotation_id  annotation; null for missing_label and for an answer about the image
--   model          model that spoke for the suspicion
--   prediction_id  its prediction
--   suspicion      suspicion at the time, 0 to 1
--   is_error       true when it was an error
--   is_drawn       true when an audit drew it at random
with decided as materialized (
    select dataset, issue, image_id, field, annotation_id, model, prediction_id, suspicion, is_error
    from standing_decisions
    where is_latest and is_error is not null and suspicion is not null
),

audited as (
    select dataset, annotation_id, list(issue) filter (where is_wrong) as found
    from label_verdicts
    where audit_id is not null and annotation_id is not null
    group by dataset, annotation_id
    having not bool_or(is_wrong and issue is null)
)

select
    dataset, issue, image_id, field, annotation_id, model, prediction_id, suspicion, is_error, false as is_drawn
from decided
union all
select
    suspects.dataset, suspects.issue, suspects.image_id, null as field, suspects.annotation_id, suspects.model,
    suspects.prediction_id, suspects.suspicion,
    coalesce(list_contains(audited.found, suspects.issue), false) as is_error,
    true as is_drawn
from suspicions as suspects
inner join audited using (dataset, annotation_id)
anti join decided using (dataset, annotation_id, issue)
where suspects.is_listed is not false
