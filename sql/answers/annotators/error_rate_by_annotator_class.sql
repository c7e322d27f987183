-- Which annotator is wrong more often than others, in which class?
--
-- Each annotator is compared with the rest, over all classes and class by class; all these claims share the q-values.
--
-- Grain: dataset, judged_by, annotator, class_name
-- Columns:
--   dataset          dataset that the row belongs to
--   judged_by        as in reviewed_annotations
--   annotator        who drew them
--   class_name       class that the annotator chose; null for all classes together
--   n_annotations    annotations that were judged
--   n_errors         of these, found wrong
--   error_rate       n_errors / n_annotations; null when too few were judged
--   error_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   error_rate_high  upper end
--   expected_errors  errors that as many annotations of the other annotators hold
--   q_value          share of false claims if this and every smaller one is called different
-- After: Rao and Scott (1992); Benjamini and Hochberg (1995)
with counted as (
    select dataset, judged_by, annotator, class_name, image_id, count(*) as n, count(*) filter (where is_wrong) as k
    from reviewed_annotations
    group by all
),

summed as (
    select dataset, judged_by, annotator, class_name, false as is_all, cluster_sums(k, n) as sums
    from counted
    group by all
    union all
    select dataset, judged_by, annotator, null as class_name, true as is_all, cluster_sums(k, n) as sums
    from (select dataset, judged_by, annotator, image_id, sum(k) as k, sum(n) as n from counted group by all)
    group by all
),

rest as (
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
    from (
        select *, case when residual_effect(sums) is not null then sums.k * (1 - sums.k / sums.n) end as known_spread,
            residual_effect(sums) * known_spread as residual
        from summed
    )
    window family as (partition by dataset, judged_by, is_all, class_name)
),

tested as (
    select
        *,
        correlation_effect(correlation, sums.nn / sums.n) as effect,
        correlation_effect(correlation, nn_rest / nullif(n_rest, 0)) as effect_rest,
        rates_differ_p(sums.k, sums.n, effect, k_rest, n_rest, effect_rest) as p_value
    from rest
),

steps as (select *, q_step(p_value, (dataset, judged_by)) as step from tested)

select
    dataset,
    judged_by,
    annotator,
    class_name,
    sums.n as n_annotations,
    sums.k as n_errors,
    rate(sums.k, sums.n) as error_rate,
    clustered_low(sums) as error_rate_low,
    clustered_high(sums) as error_rate_high,
    sums.n * k_rest / nullif(n_rest, 0) as expected_errors,
    q_value(step, p_value, (dataset, judged_by)) as q_value
from steps
order by dataset, judged_by, q_value, annotator, class_name nulls first
