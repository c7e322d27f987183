-- May this version be released: which gates does it pass, fail, or have not enough data for?
--
-- How a gate decides is said by `gate_status`; what violates it stands in `<gate>_violations`. Gates without anything
-- to judge (one split, no tracks, no rules of coverage, one
-- annotator) and those that labelduck.toml switches off have no row.
--
-- Grain: dataset, gate
-- Columns:
--   dataset        dataset that the row belongs to
--   version        version that is judged, the newest
--   gate           gate
--   status         pass, fail, not_enough_data or waived
--   value          what was measured
--   value_low      lower end of its 95 % interval; of exact counts the value
--   value_high     upper end
--   n              units that it was measured on
--   threshold      limit
--   comparison     at_most or at_least the threshold
--   n_violations   rows of <gate>_violations
--   sentence       the result in words
--   waived_by      who answers for a waiver
--   waiver_reason  why it was waived
--   waived_until   last day of the waiver
with measured as materialized (
    select dataset, gate, value, value_low, value_high, n, what from people_measures
    union all
    select dataset, gate, value, value_low, value_high, n, what from label_measures
    union all
    select dataset, gate, value, value as value_low, value as value_high, n, what from content_measures
    union all
    select dataset, gate, value, value as value_low, value as value_high, n, what from picture_measures
    union all
    select dataset, gate, value, value as value_low, value as value_high, n, what from drift_measures
),

heads as (select dataset, max(version) as version from versions group by dataset),

judged as materialized (
    select
        sizes.dataset, version, gate, value, value_low, value_high, measured.n, threshold, comparison, rule, remedy,
        what,
        comparison = 'at_most' as at_most,
        gate_status(
            rule, at_most, value, value_low, value_high, measured.n, threshold, n_images < minimum_size_limit()
        ) as found
    from dataset_sizes as sizes
    cross join gate_rules()
    left join measured using (dataset, gate)
    left join heads using (dataset)
    where
        not list_contains(string_split(gates_off(), ','), gate)
        and (measured.n is not null or gate not in ('coverage', 'split_leaks', 'broken_tracks', 'drift'))
),

excused as materialized (
    select judged.*, waivers.* exclude (dataset, gate, number)
    from judged
    left join waivers
        on
            judged.gate = waivers.gate
            and coalesce(judged.dataset = waivers.dataset, true)
            and until >= gate_day()
            and found <> 'pass'
    qualify row_number() over (partition by judged.dataset, judged.gate order by waivers.number) = 1
)

select dataset, version, gate, case when owner is null then found else 'waived' end as status,
    value, value_low, value_high, n, threshold, comparison,
    coalesce(n_violations, case when comparison = 'at_most' and gate <> 'class_balance' then value::bigint end, 0)
        as n_violations,
    gate_sentence(gate, found, rule, value, value_low, value_high, n, what, at_most, threshold, remedy) as sentence,
    owner as waived_by, reason as waiver_reason, until as waived_until
from excused
left join violation_counts using (dataset, gate)
order by dataset, status <> 'fail', status, gate
