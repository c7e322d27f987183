-- Whose work is accepted the first time it is reviewed?
--
-- What was drawn for review by risk does not count, as it fails more often than the rest; n_targeted says how much
-- that is.
--
-- Grain: dataset, annotator
-- Columns:
--   dataset                dataset that the row belongs to
--   annotator              whose work it is
--   unit                   what is counted: annotation, image or job, see review_unit()
--   n_units                units that had a first round of review
--   n_accepted             of these, accepted in it
--   first_pass_yield       n_accepted / n_units; null when too few were reviewed
--   first_pass_yield_low   lower end of the 95 % interval, adjusted for clustering in images
--   first_pass_yield_high  upper end
--   n_targeted             units drawn by risk, which do not count
-- After: Wilson (1927) with a design effect, Kish (1965)
with counted as (
    select
        dataset,
        annotator,
        unit,
        coalesce(image_id, unit_id) as place,
        count(*) filter (where not is_targeted) as n,
        count(*) filter (where not is_targeted and first_decision = 'accepted') as k,
        count(*) filter (where is_targeted) as n_targeted
    from reviewed_units
    where first_round = 1
    group by all
),

summed as (
    select dataset, annotator, unit, cluster_sums(k, n) as sums, sum(n_targeted)::bigint as n_targeted
    from counted
    group by all
)

select
    dataset,
    annotator,
    unit,
    sums.n as n_units,
    sums.k as n_accepted,
    rate(sums.k, sums.n) as first_pass_yield,
    clustered_low(sums) as first_pass_yield_low,
    clustered_high(sums) as first_pass_yield_high,
    n_targeted
from summed
order by dataset, first_pass_yield_high nulls last, first_pass_yield, annotator
