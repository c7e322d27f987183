-- How often do reviewers accept whose work?
--
-- Every decision counts, in any round: a piece of work that was sent back twice and then accepted is one of three. See
-- first_pass_yield_by_annotator for first rounds alone. What was drawn by risk is told apart: it fails more often.
--
-- Grain: dataset, annotator
-- Columns:
--   dataset               dataset that the row belongs to
--   annotator             whose work it is
--   n_reviews             decisions on work that was not drawn by risk
--   n_accepted            of these, accepted
--   acceptance_rate       n_accepted / n_reviews; null when too few were reviewed
--   acceptance_rate_low   lower end of the 95 % interval, adjusted for clustering in images
--   acceptance_rate_high  upper end
--   n_fixed               of n_reviews, fixed by the reviewer
--   n_rejected            of n_reviews, sent back
--   n_targeted            decisions on work that was drawn by risk, which do not count
--   n_targeted_accepted   of these, accepted
-- After: Wilson (1927) with a design effect, Kish (1965)
with counted as (
    select
        dataset,
        annotator,
        coalesce(image_id, job, review_id) as place,
        count(*) filter (where not is_risk) as n,
        count(*) filter (where not is_risk and decision = 'accepted') as k,
        count(*) filter (where not is_risk and decision = 'fixed') as n_fixed,
        count(*) filter (where is_risk) as n_targeted,
        count(*) filter (where is_risk and decision = 'accepted') as n_targeted_accepted
    from (select *, coalesce(sampling = 'risk', false) as is_risk from reviews where decision is not null)
    group by all
),

summed as (
    select
        dataset,
        annotator,
        cluster_sums(k, n) as sums,
        sum(n_fixed)::bigint as n_fixed,
        sum(n_targeted)::bigint as n_targeted,
        sum(n_targeted_accepted)::bigint as n_targeted_accepted
    from counted
    group by all
)

select
    dataset,
    annotator,
    sums.n as n_reviews,
    sums.k as n_accepted,
    rate(sums.k, sums.n) as acceptance_rate,
    clustered_low(sums) as acceptance_rate_low,
    clustered_high(sums) as acceptance_rate_high,
    n_fixed,
    sums.n - sums.k - n_fixed as n_rejected,
    n_targeted,
    n_targeted_accepted
from summed
order by dataset, acceptance_rate_high nulls last, acceptance_rate, annotator
