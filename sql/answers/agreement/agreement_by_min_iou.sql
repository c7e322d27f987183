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
select dataset, min_iou, metric, value, low, high, n_units
from measured_agreement
where min_iou is not null
order by dataset, metric, min_iou
