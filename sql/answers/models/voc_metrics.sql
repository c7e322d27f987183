-- How good is each model by the Pascal VOC metrics?
--
-- Difficult annotations neither count as found nor as missed.
--
-- Grain: dataset, model, metric
-- Columns:
--   dataset    dataset that the row belongs to
--   model      model run
--   metric     voc_2007 (mean of 11 points) or voc_2010 (area under the curve)
--   value      mean of the classes' average precision at IoU 0.5, 0 to 1; null without annotations
--   n_classes  classes with annotations
-- After: Everingham et al., The Pascal Visual Object Classes Challenge (2010), and its development kit
select
    dataset,
    model,
    protocol as metric,
    favg(average_precision) as value,
    count(average_precision) as n_classes
from average_precision
where protocol in ('voc_2007', 'voc_2010')
group by all
order by all
