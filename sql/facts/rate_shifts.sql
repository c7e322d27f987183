-- How far is the error rate of what an annotator drew in a batch from that of all others, and may that be chance?
--
-- The others are those that are not far from the median: with a bad batch among them, good ones would look too good.
-- Where none is near it, as of two of whom one is bad, they are all others.
--
-- Grain: dataset, judged_by, annotator, batch
-- Columns:
--   dataset     dataset that the row belongs to
--   judged_by   as in work_errors
--   annotator   who drew them
--   batch       their batch
--   n           labels that were judged
--   k           of these, wrong
--   n_images    images that they lie in
--   expected    error rate of the others
--   reach       how far 95 % of samples of the same rate lie from it at most
--   p_value     chance of a rate at least as different, if it were that of the others
-- After: Rao and Scott (1992), doi 10.2307/2532311
with summed as (
    select dataset, judged_by, annotator, batch, cluster_sums(n_errors, n_annotations) as sums
    from work_errors
    where annotator is not null or batch is not null
    group by all
),

spread as (
    select *, residual_effect(sums) as own_effect,
        case when own_effect is not null then sums.k * (1 - sums.k / sums.n) end as known_spread
    from summed
),

weighed as (
    select *,
        median((sums.k + 0.5) / (sums.n + 1)) over series as middle,
        sum(own_effect * known_spread) over series / nullif(sum(known_spread) over series, 0) as usual_effect,
        sum(sums.nn) over series / sum(sums.n) over series as usual_size,
        sum(least(sums.k, sums.n - sums.k)) over series as n_told
    from spread
    window series as (partition by dataset, judged_by)
),

chosen as (
    select *,
        drawn_correlation(usual_effect, usual_size, n_told) as correlation,
        correlation_effect(correlation, sums.nn / sums.n) as effect,
        abs(sums.k / sums.n - middle) <= 3 * sqrt(middle * (1 - middle) * effect / sums.n) + 0.5 / sums.n as is_usual
    from weighed
),

others as (
    select *,
        count(*) filter (where is_usual) over series > is_usual::integer as are_usual,
        case
            when are_usual
                then sum(sums.k) filter (where is_usual) over series - case when is_usual then sums.k else 0 end
            else sum(sums.k) over series - sums.k
        end as k_rest,
        case
            when are_usual
                then sum(sums.n) filter (where is_usual) over series - case when is_usual then sums.n else 0 end
            else sum(sums.n) over series - sums.n
        end as n_rest,
        case
            when are_usual
                then sum(sums.nn) filter (where is_usual) over series - case when is_usual then sums.nn else 0 end
            else sum(sums.nn) over series - sums.nn
        end as nn_rest,
        correlation_effect(correlation, nn_rest / nullif(n_rest, 0)) as effect_rest
    from chosen
    window series as (partition by dataset, judged_by)
)

select
    dataset, judged_by, annotator, batch, sums.n as n, sums.k as k, sums.n_images as n_images,
    k_rest / nullif(n_rest, 0) as expected,
    1.96 * sqrt(expected * (1 - expected) * (effect / sums.n + effect_rest / n_rest)) as reach,
    rates_differ_p(sums.k, sums.n, effect, k_rest, n_rest, effect_rest) as p_value
from others
