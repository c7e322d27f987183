-- Which prediction can best say where an annotation's box should be?
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   annotation_id  annotation
--   image_id       image
--   prediction_id  prediction that overlaps it most surely, and no other annotation more
--   class_name     class that the annotator chose
--   size_bin       size of the annotation's box in steps
--   is_same_class  true when the prediction has that class
--   iou            IoU of the two
--   best_any_iou   highest IoU of the annotation with any prediction
--   calibrated     calibrated confidence of the prediction
--   trust_bin      the same in five steps
--   box            box that was predicted
--   distances      of the sides x_min, y_min, x_max, y_max, relative to the geometric mean of the two widths or heights
with best as (
    select
        *,
        max(iou) over of_annotation as best_any_iou,
        row_number() over (
            of_annotation
            order by
                is_nearest and explained < 1 desc,
                iou * calibrated * case when is_same_class then 1e0 else 0.5e0 * (1 - explained) end desc,
                prediction_id
        ) as place
    from evidence_pairs
    window of_annotation as (partition by dataset, model, annotation_id)
)

select
    dataset,
    model,
    annotation_id,
    judged.image_id,
    best.prediction_id,
    judged.class_name,
    judged.size_bin,
    best.is_same_class,
    best.iou,
    best.best_any_iou,
    best.calibrated,
    case
        when best.calibrated < 0.3e0 then 0
        when best.calibrated < 0.6e0 then 1
        when best.calibrated < 0.8e0 then 2
        when best.calibrated < 0.93e0 then 3
        else 4
    end as trust_bin,
    best.box,
    box_side_distances(judged.box, best.box, best.iou) as distances
from best
inner join judged_objects as judged using (dataset, model, annotation_id)
where best.place = 1 and best.is_nearest and best.explained < 1
