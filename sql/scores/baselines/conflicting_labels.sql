-- Which annotations have a twin of another class on the same box?
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   has_conflict   true when one of another class overlaps it with IoU 0.95 or more
-- After: cleanlab.object_detection.rank (cleanlab 2.9)
select
    a.dataset,
    a.annotation_id,
    bool_or(a.class_name <> b.class_name and box_iou(a.box, b.box) >= 0.95e0) as has_conflict
from labelled_objects as a
inner join labelled_objects as b using (dataset, image_id)
group by a.dataset, a.annotation_id
