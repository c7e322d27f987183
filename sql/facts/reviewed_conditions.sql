-- Under which conditions was each reviewed annotation drawn, and in which way is it wrong?
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   image_id       image
--   class_name     class that the annotator chose
--   batch          batch of the annotation, else of its job, else of its image
--   created_at     when it was drawn (UTC)
--   error_kind     wrong_class, bad_box, extra_label, duplicate_label, or not told; null when right
--   size           small, medium or large; null where it is not known
--   occlusion      visible, partly or mostly; null where it is not known
--   crowding       1-4, 5-9, 10-19 or 20+ objects in the image; null where it is not known
with crowds as (
    select dataset, image_id, count(*) as n_objects
    from annotations
    where not coalesce(is_gold, false) and not coalesce(is_crowd, false) and not coalesce(is_ignored, false)
    group by all
)

select
    reviewed.dataset, annotation_id, reviewed.image_id, class_name, batch, created_at,
    case when is_wrong then coalesce(error_kind, 'not told') end as error_kind,
    area_name(area) as size, occlusion_name(occluded) as occlusion, crowding_name(n_objects) as crowding
from reviewed_annotations as reviewed
left join crowds on reviewed.dataset = crowds.dataset and reviewed.image_id = crowds.image_id
where judged_by = 'review' and class_name is not null
