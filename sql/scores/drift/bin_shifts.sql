-- How far is an annotator's batch from all others, class by class or tenth by tenth?
--
-- Objects of one image resemble each other, so that distances between samples of the same work are larger than of as
-- many independent objects: the design effect is that of the measure, with the batch's own objects per image. The
-- fewer images a batch has and the more uneven they are, the more widely distances scatter (mix_scatters).
--
-- Grain: dataset, measure, annotator, batch
-- Columns:
--   dataset       dataset that the row belongs to
--   measure       class_mix, box_size, box_aspect, position_x, position_y or objects_per_image
--   annotator     who drew them
--   batch         their batch
--   n             objects or images of the batch
--   n_images      images of the batch
--   psi           population stability index
--   js            Jensen-Shannon distance, base 2
--   expected_psi  psi to be expected of the same work
--   psi_high      psi that 95 % of the same work stay below
--   p_value       chance of bins at least as different, were it the same work
-- After: Rao and Scott (1981), doi 10.1080/01621459.1981.10477633, second order by the spread of the design effects
with shares as (
    select
        *,
        (k + 0.5) / sum(k + 0.5) over cell as p,
        (k_rest + 0.5) / sum(k_rest + 0.5) over cell as q,
        (k + k_rest) / (n + n_rest) as pooled
    from cell_bins
    window cell as (partition by dataset, measure, annotator, batch)
),

summed as (
    select
        dataset, measure, annotator, batch, any_value(n) as n, any_value(n_images) as n_images,
        count(*) - 1 as degrees,
        sum((p - q) * ln(p / q)) as psi,
        sqrt(greatest(0, sum(p * log2(2 * p / (p + q)) + q * log2(2 * q / (p + q))) / 2)) as js,
        sum((k / n - k_rest / n_rest) ** 2 / nullif(pooled, 0)) as distance,
        correlation_effect(any_value(correlation), any_value(size)) / any_value(n)
        + correlation_effect(any_value(correlation), any_value(size_rest)) / any_value(n_rest) as variance,
        greatest(1e0, coalesce(
            (1 + any_value(spread)) * greatest(0, 1 - any_value(concentration / n_images))
            + degrees * any_value(scatter / n_images) / 2,
            1 + any_value(spread)
        )) as widening
    from shares
    inner join measure_designs using (dataset, measure)
    left join mix_scatters using (dataset, measure)
    group by dataset, measure, annotator, batch
)

select
    dataset, measure, annotator, batch, n, n_images, psi, js,
    degrees * variance as expected_psi,
    widening * variance * 2 * gamma_quantile(0.95, degrees / widening / 2) as psi_high,
    case
        when degrees > 0
            then 1 - gamma_below(degrees / widening / 2, distance / variance / widening / 2)
    end as p_value
from summed
