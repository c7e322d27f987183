-- How many rounds of review does work take until it is accepted?
--
-- Grain: dataset, n_rounds
-- Columns:
--   dataset         dataset that the row belongs to
--   unit            what is counted: annotation, image or job, see review_unit()
--   n_rounds        rounds of review so far
--   n_units         units that took as many
--   n_reworked      of these, rejected or fixed in one of them
--   n_units_all     reviewed units
--   loop_rate       n_units / n_units_all; null when there is too little
--   loop_rate_low   lower end of its 95 % interval
--   loop_rate_high  upper end
-- After: Wilson (1927) for the intervals
with counted as (
    select dataset, unit, n_rounds, count(*) as n_units, count(*) filter (where is_reworked) as n_reworked
    from reviewed_units
    group by all
),

summed as (select *, sum(n_units) over (partition by dataset)::bigint as n_units_all from counted)

select
    dataset,
    unit,
    n_rounds,
    n_units,
    n_reworked,
    n_units_all,
    rate(n_units, n_units_all) as loop_rate,
    wilson_low(n_units, n_units_all) as loop_rate_low,
    wilson_high(n_units, n_units_all) as loop_rate_high
from summed
order by dataset, n_rounds
