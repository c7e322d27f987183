-- How far is the distribution of a measure in an annotator's batch from that in all others?
--
-- The distance of Kolmogorov and Smirnov; what it may be by chance goes by as many independent objects as tell as much
-- as those that share images, by how alike objects of an image are in lying above or below the median.
--
-- Grain: dataset, measure, annotator, batch
-- Columns:
--   dataset      dataset that the row belongs to
--   measure      box_size, box_aspect, position_x, position_y or objects_per_image
--   annotator    who drew them
--   batch        their batch
--   ks           largest distance of the two distribution functions
--   is_higher    true where the batch's numbers are rather the larger ones
--   n_effective  independent objects that would tell as much: m n / (m + n) of those of the batch and the others
--   p_value      chance of a distance at least as large, were it the same work
-- After: Smirnov (1939); Kish (1965), section 8.2
with placed as (
    select
        *,
        rank() over by_number - 1 as m_below,
        count(*) over by_number as m_upto,
        count(*) over (partition by dataset, measure, annotator, batch) as m
    from placed_measures
    window by_number as (partition by dataset, measure, annotator, batch order by n_below)
),

distances as (
    select
        dataset, measure, annotator, batch,
        any_value(m) as m,
        any_value(n_all - m) as n_rest,
        max(m_upto / m - (n_upto - m_upto) / nullif(n_all - m, 0)) as lower_excess,
        max((n_below - m_below) / nullif(n_all - m, 0) - m_below / m) as higher_excess
    from placed
    group by all
),

sizes as (select distinct dataset, measure, annotator, batch, size, size_rest from cell_bins),

weighed as (
    select
        distances.*,
        1 / (
            correlation_effect(correlation, size) / m + correlation_effect(correlation, size_rest) / n_rest
        ) as n_effective
    from distances
    inner join sizes
        on
            distances.dataset = sizes.dataset and distances.measure = sizes.measure
            and distances.annotator is not distinct from sizes.annotator
            and distances.batch is not distinct from sizes.batch
    inner join measure_designs as designs
        on distances.dataset = designs.dataset and designs.measure = distances.measure || '/upper_half'
)

select
    dataset, measure, annotator, batch,
    greatest(lower_excess, higher_excess) as ks,
    higher_excess > lower_excess as is_higher,
    n_effective,
    kolmogorov_tail(greatest(lower_excess, higher_excess) * sqrt(n_effective)) as p_value
from weighed
