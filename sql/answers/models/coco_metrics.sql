-- How good is each model by the twelve COCO metrics?
--
-- Keypoints have ten: no AR by number of predictions, no small objects, 20 predictions an image. A metric
-- without annotations is null, where COCO's own program prints -1.
--
-- Grain: dataset, model, metric
-- Columns:
--   dataset  dataset that the row belongs to
--   model    model run
--   metric   AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl; of keypoints also AR, AR50,
--              AR75
--   value    mean over classes and IoU thresholds, 0 to 1; null without annotations
-- After: Lin et al., Microsoft COCO (2014), and the metrics page of cocodataset.org
with metrics (metric, place, for_keypoints, measure, at_iou, area, n_allowed) as (
    values
    ('AP', 1, null, 'precision', null, 'all', null),
    ('AP50', 2, null, 'precision', 0.5e0, 'all', null),
    ('AP75', 3, null, 'precision', 0.75e0, 'all', null),
    ('APs', 4, false, 'precision', null, 'small', null),
    ('APm', 5, null, 'precision', null, 'medium', null),
    ('APl', 6, null, 'precision', null, 'large', null),
    ('AR1', 7, false, 'recall', null, 'all', 1),
    ('AR10', 8, false, 'recall', null, 'all', 10),
    ('AR100', 9, false, 'recall', null, 'all', 100),
    ('AR', 7, true, 'recall', null, 'all', null),
    ('AR50', 8, true, 'recall', 0.5e0, 'all', null),
    ('AR75', 9, true, 'recall', 0.75e0, 'all', null),
    ('ARs', 10, false, 'recall', null, 'small', null),
    ('ARm', 11, null, 'recall', null, 'medium', null),
    ('ARl', 12, null, 'recall', null, 'large', null)
),

measured as (
    select
        *,
        geometry = 'keypoints' as is_keypoints,
        max(max_detections) over (partition by dataset, model) as most_allowed
    from average_precision
    where protocol = 'coco'
)

select
    dataset,
    model,
    metric,
    favg(case measure when 'precision' then average_precision else recall end) as value
from measured
inner join metrics
    on
        area_range = area
        and max_detections = coalesce(n_allowed, most_allowed)
        and is_keypoints = coalesce(for_keypoints, is_keypoints)
        and abs(min_iou - coalesce(at_iou, min_iou)) < 1e-6
group by dataset, model, metric, place
order by dataset, model, place
