-- Under which conditions was each reviewed annotation drawn, and in which way is it wrong?
--
-- Grain: dataset, annotation_id, condition
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   image_id       image
--   class_name     class that the annotator chose
--   batch          batch of the annotation, else of its job, else of its image
--   created_at     when it was drawn (UTC)
--   error_kind     wrong_class, bad_box, extra_label, duplicate_label, or not told; null when right
--   condition      all, size, occlusion or crowding
--   value          small, mostly, 1-4, ...; null for all and where it is not known
with crowds as (select dataset, image_id, count(*) as n_objects from drawn_annotations group by all)

select
    reviewed.dataset,
    annotation_id,
    reviewed.image_id,
    class_name,
    batch,
    created_at,
    case when is_wrong then coalesce(error_kind, 'not told') end as error_kind,
    unnest(['all', 'size', 'occlusion', 'crowding']) as condition,
    unnest([null, area_name(area), occlusion_name(occluded), crowding_name(n_objects)]) as value
from reviewed_annotations as reviewed
left join crowds on reviewed.dataset = crowds.dataset and reviewed.image_id = crowds.image_id
where judged_by = 'review' and class_name is not null
