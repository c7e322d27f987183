-- Whose work is sent back or fixed most often?
--
-- Reviews of every sampling count: this tells what work was done again, not how wrong the dataset is.
--
-- Grain: dataset, annotator
-- Columns:
--   dataset           dataset that the row belongs to
--   annotator         whose work it is
--   unit              what is counted: annotation, image or job, see review_unit()
--   n_units           units that were reviewed
--   n_reworked        of these, rejected or fixed in any round
--   rework_rate       n_reworked / n_units; null when too few were reviewed
--   rework_rate_low   lower end of the 95 % interval, adjusted for clustering in images
--   rework_rate_high  upper end
--   max_rounds        rounds of review that the longest took
--   n_decisions       reviews of them
-- After: Wilson (1927) with a design effect, Kish (1965)
with counted as (
    select
        dataset,
        annotator,
        unit,
        coalesce(image_id, unit_id) as place,
        count(*) as n,
        count(*) filter (where is_reworked) as k,
        max(n_rounds) as max_rounds,
        sum(n_decisions) as n_decisions
    from reviewed_units
    group by all
),

summed as (
    select
        dataset,
        annotator,
        unit,
        cluster_sums(k, n) as sums,
        max(max_rounds) as max_rounds,
        sum(n_decisions)::bigint as n_decisions
    from counted
    group by all
)

select
    dataset,
    annotator,
    unit,
    sums.n as n_units,
    sums.k as n_reworked,
    rate(sums.k, sums.n) as rework_rate,
    clustered_low(sums) as rework_rate_low,
    clustered_high(sums) as rework_rate_high,
    max_rounds,
    n_decisions
from summed
order by dataset, rework_rate_low desc, rework_rate desc, annotator
