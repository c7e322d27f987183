-- How does agreement on objects change with the IoU from which boxes mean the same one?
--
-- A class agreement that stays while pair_f1 falls says that boxes are drawn loosely, not that classes are unclear.
--
-- Grain: dataset, min_iou, metric
-- Columns:
--   dataset  dataset that the row belongs to
--   min_iou  IoU from which boxes mean the same object
--   metric   as in agreement, but for mean_pairwise_cohen_kappa
--   value    the measure; null where all gave one and the same value
--   low      lower end of the 95 % interval, by a jackknife over images; null for fewer than three
--   high     upper end
--   n_units  objects, or (localisation) pairs of boxes
with measured as (
    select
        dataset,
        min_iou,
        metric,
        any_value(case when left_out is null then value end) as value,
        any_value(case when left_out is null then n_units end) as n_units,
        jackknife_reach(case when left_out is not null then value end) as reach
    from agreement_replicates
    where min_iou is not null
    group by dataset, min_iou, metric
)

select
    dataset,
    min_iou,
    metric,
    case when n_units >= min_annotations() then value end as value,
    case when n_units >= min_annotations() then interval_low(value, reach, -1) end as low,
    case when n_units >= min_annotations() then interval_high(value, reach) end as high,
    n_units
from measured
order by dataset, metric, min_iou
