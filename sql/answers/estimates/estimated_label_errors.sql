-- How many label errors of each kind does a dataset, class, annotator, batch or version hold?
--
-- Errors that reviews and audits confirmed, and those that a random audit lets expect in the rest. Without an audit
-- (`labelduck audit draw`) the estimate is null: what was reviewed because it was suspicious tells nothing of the rest.
--
-- Grain: dataset, dimension, value, issue
-- Columns:
--   dataset           dataset that the row belongs to
--   dimension         dataset, class, annotator, batch or version
--   value             class name, annotator, ...; null where it is not known
--   issue             any, wrong_class, bad_box, extra_label, duplicate_label or missing_label
--   n_annotations     annotations, judged or not; null without an audit
--   n_reviewed        annotations judged, in reviews or audits; for missing_label candidates and images
--   n_confirmed       errors that these confirmed
--   n_judged          annotations or images judged in the audit that the estimate rests on
--   n_audit_errors    errors found in these
--   n_errors          confirmed errors and those expected among the rest; null when there is not enough data
--   n_errors_low      lower end of the 95 % interval
--   n_errors_high     upper end
--   error_rate        n_errors / n_annotations; of missing_label n_errors / (n_annotations + n_errors)
--   error_rate_low    lower end of the 95 % interval
--   error_rate_high   upper end
--   audit_id          audit
-- After: Horvitz and Thompson (1952); Wright (1991); Fay and Feuer (1997)
with joined as (
    select
        coalesce(rest.dataset, known.dataset) as dataset,
        coalesce(rest.dimension, known.dimension) as dimension,
        coalesce(rest.value, known.value) as value,
        coalesce(rest.issue, known.issue) as issue,
        case
            when rest.issue = 'missing_label' then n_objects
            else n_units + coalesce(n_reviewed, 0) - n_judged
        end as n_annotations,
        coalesce(n_reviewed, 0) as n_reviewed,
        coalesce(n_confirmed, 0) as n_confirmed,
        coalesce(n_judged, 0) as n_judged,
        coalesce(n_audit_errors, 0) as n_audit_errors,
        coalesce(n_confirmed, 0) + n_remaining as n_errors,
        coalesce(n_confirmed, 0) + n_remaining_low as n_errors_low,
        coalesce(n_confirmed, 0) + n_remaining_high as n_errors_high,
        audit_id
    from remaining_errors as rest
    full outer join confirmed_errors as known
        on
            rest.dataset = known.dataset
            and rest.dimension = known.dimension
            and rest.value is not distinct from known.value
            and rest.issue = known.issue
)

select dataset, dimension, value, issue, n_annotations, n_reviewed, n_confirmed, n_judged, n_audit_errors,
    n_errors, n_errors_low, n_errors_high,
    label_share(n_errors, n_annotations, issue) as error_rate,
    label_share(n_errors_low, n_annotations, issue) as error_rate_low,
    label_share(n_errors_high, n_annotations, issue) as error_rate_high,
    audit_id
from joined
order by dataset, dimension != 'dataset', dimension, issue, n_errors desc, value
