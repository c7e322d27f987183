-- Where are annotations wrong more often than elsewhere?
--
-- Annotations share images, so intervals and tests count images too (design effect). The p-value asks whether the
-- rest of the dataset has the same rate; q-values, for all claims of one answer, stand in the answers.
--
-- Grain: dataset, judged_by, dimension, value
-- Columns:
--   dataset          dataset that the row belongs to
--   judged_by        as in reviewed_annotations; never mixed
--   dimension        class, annotator, batch, job, size, occlusion, crowding, week or guideline
--   value            class name, annotator, ...; null where it is not known
--   n_annotations    annotations that were judged
--   n_errors         of these, found wrong
--   n_images         images that they lie in
--   error_rate       n_errors / n_annotations; null when too few were judged
--   error_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   error_rate_high  upper end
--   design_effect    times that the variance is larger than of as many independent objects
--   expected_errors  errors that as many annotations of the rest hold
--   p_value          chance of a rate at least as different from the rest's, if they were one; null without a rest
-- After: Rao and Scott (1992), doi 10.2307/2532311, with one correlation for all rows of a dimension
with summed as (
    select dataset, judged_by, dimension, value, cluster_sums(n_errors, n_annotations) as sums
    from error_counts
    group by all
),

weighed as (
    select
        *,
        sums.k * (1 - sums.k / sums.n) as spread,
        case when residual_effect(sums) is not null then spread end as known_spread,
        residual_effect(sums) * spread as residual
    from summed
),

pooled as (
    select
        *,
        sum(sums.k) over family - sums.k as k_rest,
        sum(sums.n) over family - sums.n as n_rest,
        sum(sums.nn) over family - sums.nn as nn_rest,
        drawn_correlation(
            sum(residual) over family / nullif(sum(known_spread) over family, 0),
            sum(sums.nn) over family / sum(sums.n) over family,
            sum(least(sums.k, sums.n - sums.k)) over family
        ) as correlation
    from weighed
    window family as (partition by dataset, judged_by, dimension)
)

select
    dataset,
    judged_by,
    dimension,
    value,
    sums.n as n_annotations,
    sums.k as n_errors,
    sums.n_images as n_images,
    rate(sums.k, sums.n) as error_rate,
    clustered_low(sums) as error_rate_low,
    clustered_high(sums) as error_rate_high,
    design_effect(sums) as design_effect,
    sums.n * k_rest / nullif(n_rest, 0) as expected_errors,
    rates_differ_p(
        sums.k,
        sums.n,
        correlation_effect(correlation, sums.nn / sums.n),
        k_rest,
        n_rest,
        correlation_effect(correlation, nn_rest / nullif(n_rest, 0))
    ) as p_value
from pooled
