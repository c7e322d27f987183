-- How many errors will a review of the next suspects of the worklist find, in how many minutes?
--
-- The sum of their probabilities, which learn from every decision (error_calibration); before any, suspicion takes one
-- label in twenty to be wrong, and the interval is as wide as not knowing that makes it.
-- On planted errors (benchmarks/results/error_probability.md) a curve of two numbers is itself off by 0.3 of shift or
-- so, however much was decided: the interval has room for that.
--
-- Grain: dataset, issue, k
-- Columns:
--   dataset        dataset that the row belongs to
--   issue          any, or one kind
--   k              10, 20, 50, 100, ... next suspects of the issue in the worklist; the last k is all of them
--   minutes        minutes that their review takes
--   n_judged       suspects of these kinds that were judged so far
--   n_errors       errors expected among them
--   n_errors_low   lower end of the 95 % interval: of the curve, and of chance
--   n_errors_high  upper end
with listed as materialized (
    select
        dataset, unnest([issue, 'any']) as asked, issue, field, place, minutes, error_probability as p,
        suspicion_log_odds(suspicion) as x
    from worklist_places
),

ranked as (
    select
        *, row_number() over (partition by dataset, asked order by place) as rank,
        count(*) over (partition by dataset, asked) as n_all
    from listed
),

depths as (
    select distinct dataset, asked, least(k, n_all) as k
    from ranked, (select unnest([10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 9223372036854775807]) as k)
),

-- How far the sum moves with the shift and the slope of its curve.
moved as (
    select
        d.dataset, d.asked, d.k, r.issue, r.field, sum(minutes) as minutes, sum(p) as n_errors,
        sum(p * (1 - p)) as by_shift, sum(p * (1 - p) * x) as by_slope
    from depths as d inner join ranked as r on d.dataset = r.dataset and d.asked = r.asked and d.k >= r.rank
    group by all
),

summed as (
    select
        m.dataset, m.asked, m.k, sum(minutes) as minutes, coalesce(sum(c.n_judged), 0)::bigint as n_judged,
        sum(m.n_errors) as n_errors,
        1.96 * sqrt(sum(
            by_shift + by_shift * by_shift * coalesce(shift_variance, 5)
            + by_slope * by_slope * coalesce(slope_variance, 0.25)
            + 2 * by_shift * by_slope * coalesce(covariance, 0)
            + 0.1e0 * by_shift * by_shift
        )) as reach
    from moved as m
    left join error_calibration as c
        on m.dataset = c.dataset and m.issue = c.issue and m.field is not distinct from c.field
    group by all
)

select
    dataset, asked as issue, k, minutes, n_judged, n_errors,
    greatest(0e0, n_errors - reach) as n_errors_low, least(k, n_errors + reach) as n_errors_high
from summed
order by dataset, issue <> 'any', issue, k
