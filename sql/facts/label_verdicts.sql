-- Which labels did somebody judge, and what was the last word on each?
--
-- Both `decisions` on suspects and verdicts of audits; of objects, not of answers about whole images. Skipped and
-- escalated ones are not decided and left out.
--
-- Grain: dataset, audit_id, image_id, annotation_id, prediction_id, issue
-- Columns:
--   dataset        dataset that the row belongs to
--   audit_id       audit that it was judged in; null for a label that was reviewed for another reason
--   image_id       image
--   annotation_id  annotation; null for an image or a missing label
--   prediction_id  prediction that speaks for a missing label
--   issue          kind of error that was found or looked for; null for a label that is right
--   is_wrong       true when the label is wrong
--   n_errors       errors found: 0 when it is right, else 1 or the number of objects that the image lacks
with told as (
    select
        dataset,
        audit_id,
        image_id,
        annotation_id,
        prediction_id,
        issue,
        decision,
        n_errors,
        coalesce(decided_at, '1970-01-01'::timestamp) as decided_at
    from audit_verdicts
    where decision in ('confirm', 'fix', 'reject')
    union all by name
    select dataset, image_id, annotation_id, prediction_id, issue, decision, decided_at
    from standing_decisions
    where is_latest and is_error is not null and field is null
)

select
    dataset,
    audit_id,
    image_id,
    annotation_id,
    prediction_id,
    issue,
    arg_max(decision, (decided_at, decision)) in ('confirm', 'fix') as is_wrong,
    case when is_wrong then coalesce(arg_max(n_errors, (decided_at, decision)), 1) else 0 end::bigint as n_errors
from told
group by all
