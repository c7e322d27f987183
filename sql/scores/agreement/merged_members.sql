-- Which annotations are merged into one object, and which of them stands for all?
--
-- Every two annotations of an object have IoU min_iou() or more, as in CVAT's merging of replicas. The one that
-- overlaps the others most stands for them.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   image_id       image that at least two annotators looked at
--   object_number  object of the image: the number of its first annotation
--   annotation_id  annotation
--   annotator      who drew it
--   class_name     class that the annotator chose
--   mean_iou       mean IoU with the other annotations of the object; null for one alone
--   stands         true for the one that stands for the object
with members as (
    select dataset, image_id, merged[agreement_step()] as object_number, annotation_id, annotator, class_name
    from annotator_groups
),

-- One side after the other: joined at once, everything with a number may meet everything with that number.
one_sided as materialized (
    select pairs.dataset, members.object_number, pairs.annotation_id, pairs.other_annotation_id, iou
    from annotator_pairs as pairs
    inner join members using (dataset, annotation_id)
    where iou >= agreement_ious()[agreement_step()]
),

paired as materialized (
    select told.dataset, told.annotation_id, told.other_annotation_id, iou
    from one_sided as told
    inner join members as other
        on told.dataset = other.dataset and told.other_annotation_id = other.annotation_id
    where told.object_number = other.object_number
),

overlapping as (
    select dataset, unnest([annotation_id, other_annotation_id]) as annotation_id, iou
    from paired
),

means as (select dataset, annotation_id, avg(iou) as mean_iou from overlapping group by all)

select
    dataset,
    image_id,
    object_number,
    annotation_id,
    annotator,
    class_name,
    mean_iou,
    row_number() over (
        partition by dataset, image_id, object_number
        order by mean_iou desc nulls last, annotation_id
    ) = 1 as stands
from members
left join means using (dataset, annotation_id)
