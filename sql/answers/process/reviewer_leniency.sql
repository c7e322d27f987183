-- Which reviewers let more pass than their colleagues would?
--
-- Expected is what the colleagues accept of the same annotators' work, annotator by annotator: who is given the good
-- annotators is not lenient for that. Only annotators whom others reviewed too are compared.
--
-- Grain: dataset, reviewer
-- Columns:
--   dataset               dataset that the row belongs to
--   reviewer              who decided
--   n_reviews             decisions on work of annotators whom others reviewed too
--   n_accepted            of these, accepted
--   acceptance_rate       n_accepted / n_reviews; null when too few were reviewed
--   acceptance_rate_low   lower end of the 95 % interval, adjusted for clustering in images
--   acceptance_rate_high  upper end
--   expected_accepted     what the colleagues would have accepted of as many
--   leniency              (n_accepted - expected_accepted) / n_reviews: above 0 is lenient
--   n_alone               decisions on work that nobody else reviewed, which cannot be compared
-- After: indirect standardisation; Wilson (1927) with a design effect, Kish (1965)
with counted as (
    select
        dataset,
        reviewer,
        annotator,
        coalesce(image_id, job, review_id) as place,
        count(*) as n,
        count(*) filter (where decision = 'accepted') as k
    from reviews
    where decision is not null and reviewer is not null
    group by all
),

by_annotator as (
    select *, sum(n) over everybody - n as n_others, sum(k) over everybody - k as k_others
    from (select dataset, reviewer, annotator, sum(n) as n, sum(k) as k from counted group by all)
    window everybody as (partition by dataset, annotator)
),

expected as (
    select
        dataset,
        reviewer,
        sum(n * k_others / nullif(n_others, 0)) as expected_accepted,
        coalesce(sum(n) filter (where n_others = 0), 0)::bigint as n_alone
    from by_annotator
    group by all
),

summed as (
    select counted.dataset, counted.reviewer, cluster_sums(k, counted.n) as sums
    from counted
    semi join (from by_annotator where n_others > 0) as compared
        on
            counted.dataset = compared.dataset
            and counted.reviewer = compared.reviewer
            and counted.annotator is not distinct from compared.annotator
    group by all
)

select
    dataset,
    reviewer,
    coalesce(sums.n, 0) as n_reviews,
    coalesce(sums.k, 0) as n_accepted,
    rate(sums.k, sums.n) as acceptance_rate,
    clustered_low(sums) as acceptance_rate_low,
    clustered_high(sums) as acceptance_rate_high,
    expected_accepted,
    (sums.k - expected_accepted) / nullif(sums.n, 0) as leniency,
    n_alone
from expected
left join summed using (dataset, reviewer)
order by dataset, leniency desc nulls last, reviewer
