-- Average precision of boxes at any IoU, for each class with annotations: the mean precision at 101 recalls.
--
-- Columns: dataset, model, class_name, average_precision, recall, n_annotations.
--
-- After: accumulate of pycocotools
create or replace macro average_precision_at(min_iou := null, model := null, max_detections := 100) as table
    select
        curves.dataset,
        curves.model,
        curves.class_name,
        favg(curves.precision) as average_precision,
        any_value(curves.highest_recall) as recall,
        any_value(curves.n_annotations) as n_annotations
    from precision_recall_at(min_iou := min_iou, model := model, max_detections := max_detections) as curves
    group by all;
