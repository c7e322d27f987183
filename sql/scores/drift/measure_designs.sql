-- How much do the objects of one image resemble each other, measure by measure?
--
-- Within an annotator's batch, so that drift itself does not count as likeness.
--
-- Grain: dataset, measure
-- Columns:
--   dataset      dataset that the row belongs to
--   measure      as in bin_sums
--   correlation  correlation within images that explains the mean design effect of the bins
--   spread       squared coefficient of variation of the design effects of the bins
-- After: Rao and Scott (1981), doi 10.1080/01621459.1981.10477633
with counted as materialized (from bin_sums),

bins as (
    select
        dataset, measure, bin,
        sum(residual_effect(sums) * sums.k * (1 - sums.k / sums.n))
        / nullif(sum(sums.k * (1 - sums.k / sums.n)) filter (where residual_effect(sums) is not null), 0) as effect,
        sum(sums.k) as k
    from counted
    group by all
),

sizes as (
    select dataset, measure, sum(nn) / sum(n) as size, sum(n) as n
    from (
        select dataset, measure, annotator, batch, any_value(sums.nn) as nn, any_value(sums.n) as n
        from counted
        group by all
    )
    group by all
),

weighed as (
    select
        dataset, measure, effect, n, size,
        case when effect is not null then 1 - k / n end as weight,
        sum(weight * effect) over of_measure / nullif(sum(weight) over of_measure, 0) as mean_effect
    from bins
    inner join sizes using (dataset, measure)
    window of_measure as (partition by dataset, measure)
)

select
    dataset,
    measure,
    drawn_correlation(any_value(mean_effect), any_value(size), any_value(n)) as correlation,
    coalesce(
        sum(weight * (effect - mean_effect) ** 2) / nullif(sum(weight), 0) / nullif(any_value(mean_effect), 0) ** 2, 0
    ) as spread
from weighed
group by dataset, measure
