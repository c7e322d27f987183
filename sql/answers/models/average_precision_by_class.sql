-- Which classes does each model detect worst?
--
-- Grain: dataset, model, class_name
-- Columns:
--   dataset                  dataset that the row belongs to
--   model                    model run
--   class_name               class
--   average_precision        mean over IoU 0.5, 0.55, ... 0.95; null without annotations
--   average_precision_at_50  at IoU 0.5
--   average_precision_at_75  at IoU 0.75
--   average_recall           highest recall reached, mean over the same IoU thresholds
--   n_annotations            annotations that count
--   n_predictions            predictions that count at IoU 0.5
-- After: the metrics page of cocodataset.org
select
    dataset,
    model,
    class_name,
    favg(average_precision) as average_precision,
    any_value(average_precision) filter (where abs(min_iou - 0.5e0) < 1e-6) as average_precision_at_50,
    any_value(average_precision) filter (where abs(min_iou - 0.75e0) < 1e-6) as average_precision_at_75,
    favg(recall) as average_recall,
    any_value(n_annotations) as n_annotations,
    any_value(n_predictions) filter (where abs(min_iou - 0.5e0) < 1e-6) as n_predictions
from (
    from average_precision
    where protocol = 'coco' and area_range = 'all'
    qualify max_detections = max(max_detections) over (partition by dataset, model)
)
group by dataset, model, class_name
order by dataset, model, average_precision nulls last, class_name
