-- What did reviewers decide, without what they took back at once?
--
-- An undo takes back the decision on the same suspect right before it. A suspect is an issue of an annotation or of an
-- answer about an image; where a label is missing, a prediction, else a box.
--
-- Grain: decision_id
-- Columns:
--   decision_id    decision
--   decided_at     when it was made (UTC)
--   dataset        dataset that the row belongs to
--   version        version of the dataset that the reviewer saw
--   image_id       image
--   field          question about the image that was answered; null where the suspect is an object
--   annotation_id  annotation; null for missing_label and for an answer about the image
--   prediction_id  prediction that spoke for the suspicion
--   model          its model
--   issue          missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   suspicion      suspicion that was shown, 0 to 1
--   class_name     class that the reviewer saw; of missing_label, the class suggested
--   box            box that the reviewer saw; of missing_label, the box suggested
--   decision       confirm, fix, reject, skip or escalate
--   is_error       true for confirm and fix, false for reject, else null
--   reason         why
--   reviewer       who decided
--   lead           who leads
--   new_class      class that the label should have; of fix alone
--   new_box        box that it should have; of fix alone
--   is_repeat      true where the reviewer was shown, unmarked, what they had judged before
--   session        sitting, export or page in which it was made
--   tool           where it was made
--   source         file that it was read from; null where it was made in labelduck
--   n_skips        how often the suspect has been skipped so far, repeats aside
--   was_error      is_error of the same reviewer's last judgement of the same suspect; null where this is the first
--   is_latest      true for the last decision on a suspect that stands; never for a repeat, which measures the reviewer
with once as (
    select distinct on (decision_id)
        * exclude (is_repeat), coalesce(is_repeat, false) as is_repeat,
        [
            dataset, image_id, issue, annotation_id, field,
            case when annotation_id is null and field is null then model end,
            case when annotation_id is null and field is null then prediction_id end,
            case when annotation_id is null and field is null and prediction_id is null then box::varchar end
        ] as suspect
    from decisions
    order by decision_id, decided_at
),

standing as (
    select
        *,
        case when decision in ('confirm', 'fix') then true when decision = 'reject' then false end as is_error
    from once
    qualify
        decision <> 'undo'
        and lead(decision) over (partition by suspect order by decided_at, decision_id) is distinct from 'undo'
)

select
    decision_id, decided_at, dataset, version, image_id, field, annotation_id, prediction_id, model, issue, suspicion,
    class_name, box, decision, is_error, reason, reviewer, lead, new_class, new_box, is_repeat, session, tool, source,
    count(*) filter (where decision = 'skip' and not is_repeat) over so_far as n_skips,
    last_value(is_error ignore nulls) over mine as was_error,
    not is_repeat
    and row_number() over (partition by suspect, is_repeat order by decided_at desc, decision_id desc) = 1 as is_latest
from standing
window
    so_far as (partition by suspect order by decided_at, decision_id),
    mine as (
        partition by suspect, reviewer order by decided_at, decision_id rows between unbounded preceding and 1 preceding
    )
