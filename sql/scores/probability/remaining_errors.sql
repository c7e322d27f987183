-- How many errors are there among what nobody has judged yet, by the random audit of each part of a dataset?
--
-- Labels drawn from one stratum give the exact interval of the finite population, several strata and images the
-- weighted one, in which an image's errors count together, however they cluster. Null where no audit can tell.
--
-- Grain: dataset, dimension, value, issue
-- Columns:
--   dataset            dataset that the row belongs to
--   dimension          dataset, class, annotator, batch or version
--   value              class name, annotator, ...; null where it is not known
--   issue              any, wrong_class, bad_box, extra_label, duplicate_label or missing_label
--   audit_id           audit
--   n_units            annotations or images that were not reviewed apart from the audit
--   n_objects          annotations of these
--   n_judged           of these, judged in the audit
--   n_strata           strata that they were drawn from
--   n_audit_errors     errors that the audit found
--   n_remaining        errors expected among those not judged
--   n_remaining_low    lower end of the 95 % interval
--   n_remaining_high   upper end
-- After: Horvitz and Thompson (1952); Wright (1991); Fay and Feuer (1997)
with summed as (
    select dataset, dimension, value, issue, unit,
        any_value(audit_id) as audit_id,
        sum(n_units)::bigint as n_units, sum(n_objects)::bigint as n_objects, sum(n_judged)::bigint as n_judged,
        count(*) as n_strata,
        sum(n_errors)::bigint as n_errors,
        sum((weight - 1) * n_errors) as rest,
        sum(weight * (weight - 1) * n_squared) as variance,
        max(sqrt(weight * (weight - 1)) * greatest(most_errors, 1)) as most,
        bool_or(weight is null) or sum(n_judged) < greatest(1, min_annotations()) as is_unknown
    from audit_strata
    group by all
),

bounded as (
    select
        *,
        case
            when is_unknown then null
            when n_judged = n_units then { 'estimate': 0e0, 'low': 0e0, 'high': 0e0 }
            when unit = 'annotation' and n_strata = 1 then {
                'estimate': n_errors * (n_units - n_judged) / n_judged,
                'low': population_errors_low(n_errors, n_judged, n_units) - n_errors,
                'high': population_errors_high(n_errors, n_judged, n_units) - n_errors
            }
            else {
                'estimate': rest,
                'low': floor(weighted_count_low(rest, variance)),
                'high': ceil(weighted_count_high(rest, variance, most))
            }
        end as remaining,
        case when unit = 'annotation' then n_units - n_judged end as limit_n
    from summed
)

select dataset, dimension, value, issue, audit_id, n_units, n_objects, n_judged, n_strata,
    n_errors as n_audit_errors,
    case when remaining is not null then least(remaining.estimate, limit_n) end as n_remaining,
    case when remaining is not null then least(remaining.low, limit_n) end as n_remaining_low,
    case when remaining is not null then least(remaining.high, limit_n) end as n_remaining_high
from bounded
