-- Which two annotations mean the same object, seen from either, at each IoU from which boxes do?
--
-- Grain: dataset, min_iou, annotation_id, other_annotation_id
-- Columns:
--   dataset              dataset that the row belongs to
--   image_id             image
--   min_iou              IoU from which boxes mean the same object
--   annotation_id        annotation
--   other_annotation_id  annotation of another annotator
--   class_name           class of the first
--   iou                  IoU of the two
select
    dataset,
    image_id,
    steps.min_iou,
    case when sides.is_first then annotation_id else other_annotation_id end as annotation_id,
    case when sides.is_first then other_annotation_id else annotation_id end as other_annotation_id,
    case when sides.is_first then class_name else other_class_name end as class_name,
    iou
from annotator_pairs
inner join (select unnest(agreement_ious()) as min_iou) as steps on joined_iou >= steps.min_iou
cross join (values (true), (false)) as sides (is_first)
