-- Pairs of a prediction and an annotation of its class whose boxes overlap enough to match.
--
-- The overlap with a crowd is the share of the prediction inside it. The bound is COCO's: 1 - 10^-10 for an IoU of 1.
--
-- After: evaluateImg and computeIoU of pycocotools
create or replace macro box_candidates(from_iou := null, only_model := null, allowed := 100) as table
    with overlapping as (
        select
            predicted.p,
            predicted.run,
            annotated.a,
            predicted.confidence,
            annotated.is_reusable,
            annotated.is_ignored,
            annotated.is_void,
            box_intersection(predicted.box, annotated.box) as shared,
            shared / nullif(
                case
                    when annotated.is_crowd then predicted.extent_area
                    else predicted.extent_area + annotated.extent_area - shared
                end,
                0e0
            ) as overlap
        from numbered_predictions(only_model := only_model, allowed := allowed) as predicted
        inner join numbered_annotations() as annotated using (dataset, image_id, class_name)
        where not predicted.is_uncounted
    )

    select * exclude (shared, confidence), row_number() over (order by confidence desc, p) as rank
    from overlapping
    where shared > 0 and overlap >= least(coalesce(from_iou, min_iou()), 1e0 - 1e-10);
