-- What each prediction and each annotation is at any IoU, by COCO's greedy matching of boxes.
--
-- One row per prediction (true_positive, false_positive, or ignored: matched with a crowd, or beyond the number
-- allowed), and one per annotation that no true positive names (false_negative or ignored).
-- Columns: dataset, model, image_id, class_name, prediction_id, annotation_id, confidence, iou, outcome.
--
-- After: evaluateImg of pycocotools
create or replace macro match_boxes(min_iou := null, model := null, max_detections := 100) as table
    with predicted as (
        select * from numbered_predictions(only_model := model, allowed := max_detections)
    ),

    annotated as (
        select * from numbered_annotations()
    ),

    matched as (
        select kept.*, annotated.annotation_id
        from matched_boxes(from_iou := min_iou, only_model := model, allowed := max_detections) as kept
        inner join annotated using (a)
    ),

    found as (
        select predicted.run, matched.a
        from matched
        inner join predicted using (p)
        where not matched.is_ignored and not matched.is_void
    ),

    unnamed as (
        select annotated.*, run
        from annotated
        inner join (select distinct dataset, run from predicted) using (dataset)
        anti join found using (run, a)
    )

    -- `run`, because `model` is the parameter here.
    select
        predicted.dataset,
        predicted.run as model,
        predicted.image_id,
        predicted.class_name,
        predicted.prediction_id,
        matched.annotation_id,
        predicted.confidence,
        matched.overlap as iou,
        case
            when matched.is_ignored or predicted.is_uncounted then 'ignored'
            when not matched.is_void then 'true_positive'
            when predicted.extent_area not between 0 and 1e10 then 'ignored'
            else 'false_positive'
        end as outcome
    from predicted
    left join matched using (p)
    union all
    select
        dataset,
        run as model,
        image_id,
        class_name,
        null as prediction_id,
        annotation_id,
        null as confidence,
        null as iou,
        case when is_ignored then 'ignored' else 'false_negative' end as outcome
    from unnamed;
