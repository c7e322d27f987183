-- What precision does each model keep at each recall, and from what confidence?
--
-- Grain: dataset, model, class_name, recall
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   class_name     class with annotations
--   recall         0, 0.01, ... 1: share of the annotations that are found
--   precision      highest precision at this recall or beyond, at min_iou(); 0 where the recall is not reached
--   confidence     confidence from which predictions must be taken to get there; null where it is not reached
--   f1             harmonic mean of precision and recall
--   n_annotations  annotations that count
-- After: accumulate of pycocotools
with curves as (
    select *, unnest(range(101)) as hundredth
    from average_precision
    where
        protocol = 'coco'
        and area_range = 'all'
        and n_annotations > 0
        and abs(min_iou - 0.5e0 - iou_step() * 0.05e0) < 1e-6
        and precision is not null
    qualify max_detections = max(max_detections) over (partition by dataset, model)
)

select
    dataset,
    model,
    class_name,
    hundredth * 1e-2 as recall,
    curves.precision[hundredth + 1] as precision,
    case when hundredth * 1e-2 <= curves.recall then curves.confidence[hundredth + 1] end as confidence,
    coalesce(
        2 * hundredth * 1e-2 * curves.precision[hundredth + 1]
        / nullif(hundredth * 1e-2 + curves.precision[hundredth + 1], 0),
        0
    ) as f1,
    n_annotations
from curves
order by dataset, model, class_name, hundredth
