-- How did sizes and what the release gates measured change from version to version?
--
-- Sizes stand in each version's manifest; the rest is what `labelduck gate` last measured on the version, so one that
-- no gate looked at has sizes alone.
--
-- Grain: dataset, version, metric
-- Columns:
--   dataset           dataset that the row belongs to
--   version           version of it
--   metric            n_annotations or n_predictions, else the gate that measured it
--   value             what was measured
--   value_low         lower end of its 95 % interval; of exact counts the value
--   value_high        upper end
--   n                 units that it was measured on
--   measured_at       when (UTC)
--   previous_version  last version before that it was measured on; null for the first
--   previous_value    its value there
--   change            value - previous_value; null where one of them is but a lower bound, as models see it
with counted as (
    select dataset, version, 'n_' || table_name as metric, sum(n_rows)::double as value, sum(n_rows)::bigint as n
    from version_files
    where table_name in ('annotations', 'predictions')
    group by all
),

measured as (
    select dataset, version, gate as metric, value, value_low, value_high, n, evaluated_at as measured_at
    from gate_results
    where value is not null
    qualify row_number() over (partition by dataset, version, gate order by evaluated_at desc, evaluation desc) = 1
),

told as (
    select
        counted.dataset, counted.version, metric, value, value as value_low, value as value_high, n,
        versions.created_at as measured_at
    from counted inner join versions using (dataset, version)
    union all
    select dataset, version, metric, value, value_low, value_high, n, measured_at
    from measured
)

select
    *,
    lag(version) over before as previous_version,
    lag(value) over before as previous_value,
    case when (value_high is null) = (lag(value_high) over before is null) then value - lag(value) over before end
        as change
from told
window before as (partition by dataset, metric order by version)
order by dataset, metric, version
