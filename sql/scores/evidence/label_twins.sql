-- Which two annotations of an image are almost the same box?
--
-- Annotations of different annotators are no twins: they may be two opinions on one object.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   twin_id        annotation of the image that is most like it
--   twin_class     class of that one
--   is_same_class  true when both have one class
--   iou            IoU of the two boxes
--   likeness       the IoU; 0.93 times the IoU where the classes differ
--   is_mutual      true when that one in turn is most like this one
--   is_later       true when this one was drawn after it, or at a time that is not known and has the later id
with met as (
    select
        a.dataset,
        a.annotation_id,
        b.annotation_id as twin_id,
        b.class_name as twin_class,
        a.class_name = b.class_name as is_same_class,
        box_iou(a.box, b.box) as iou,
        iou * case when is_same_class then 1e0 else 0.93e0 end as likeness,
        coalesce(
            nullif(a.drawn_at, b.drawn_at) > b.drawn_at,
            (length(a.annotation_id), a.annotation_id) > (length(b.annotation_id), b.annotation_id)
        ) as is_later
    from labelled_objects as a
    inner join labelled_objects as b
        on
            a.dataset = b.dataset
            and a.image_id = b.image_id
            and a.annotation_id <> b.annotation_id
            and a.annotator is not distinct from b.annotator
            and boxes_meet(a.box, b.box)
),

nearest as (
    select *
    from met
    qualify row_number() over (partition by dataset, annotation_id order by likeness desc, twin_id) = 1
)

select
    mine.dataset,
    mine.annotation_id,
    mine.twin_id,
    mine.twin_class,
    mine.is_same_class,
    mine.iou,
    mine.likeness,
    coalesce(other.twin_id = mine.annotation_id, false) as is_mutual,
    mine.is_later
from nearest as mine
left join nearest as other on mine.dataset = other.dataset and mine.twin_id = other.annotation_id
