-- How many labels of each stratum are there in a part of a dataset, how many did its audit judge, and find wrong?
--
-- Of several audits of a dataset the one counts in which most was judged. What was reviewed apart from it is left out.
--
-- Grain: dataset, unit, dimension, value, issue, stratum
-- Columns:
--   dataset        dataset that the row belongs to
--   audit_id       audit
--   unit           annotation, or image for missing labels
--   dimension      dataset, class, annotator, batch or version
--   value          class name, annotator, ...; null where it is not known
--   issue          any, wrong_class, bad_box, extra_label, duplicate_label; missing_label for images
--   stratum        group within which was drawn at random
--   n_units        units of the stratum in the part that were not reviewed apart from the audit
--   n_objects      annotations of these
--   n_judged       units judged of the part
--   n_errors       errors found in them
--   n_squared      sum of the squares of the errors found in each
--   most_errors    most errors found in one
--   weight         units that each judged one of the stratum stands for; null where none was judged
with units as materialized (from audit_units),

candidates as (
    select dataset, unit, audit_id, count(*) filter (where is_judged) as n, max(drawn_at) as drawn_at
    from units
    group by all
),

chosen as (
    select dataset, unit, arg_max(audit_id, (n, drawn_at, audit_id)) as audit_id
    from candidates
    group by all
),

counted as (
    select
        units.*,
        count(*) over (same) / nullif(count(*) filter (where is_judged) over (same), 0) as weight,
        unnest(audit_parts(units)) as part
    from units
    inner join chosen using (dataset, unit, audit_id)
    where not is_reviewed
    window same as (partition by units.dataset, units.unit, stratum)
),

found as (
    select counted.*, issue, audit_errors(errors, issue) as n
    from counted
    inner join (select unnest(audited_issues()) as issue) as issues
        on (issue = 'missing_label') = (unit = 'image')
)

select dataset, audit_id, unit, part.dimension, part.value, issue, stratum,
    count(*) as n_units, sum(n_objects)::bigint as n_objects,
    count(*) filter (where is_judged) as n_judged,
    coalesce(sum(n), 0)::bigint as n_errors, coalesce(sum(n * n), 0)::bigint as n_squared,
    coalesce(max(n), 0)::bigint as most_errors,
    any_value(weight) as weight
from found
group by all
