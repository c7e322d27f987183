-- What do annotators call each object, at each IoU from which boxes mean the same object?
--
-- Grain: dataset, image_id, min_iou, object_number, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   image_id       image that at least two annotators looked at
--   min_iou        IoU from which boxes mean the same object
--   object_number  object of the image, as annotator_groups numbers it
--   class_name     class that annotators chose; null for absent: they looked and drew nothing
--   n_values       annotators who say so
--   n_drawn        annotators who drew the object
--   n_annotators   annotators who looked at the image
--   block          0 to 199: what the jackknife leaves out at a time
with stepped as (
    select
        dataset,
        image_id,
        class_name,
        unnest(agreement_ious()) as min_iou,
        unnest(groups) as object_number
    from annotator_groups
),

counted as (
    select dataset, image_id, min_iou, object_number, class_name, count(*)::integer as n_values
    from stepped
    group by all
),

drawn as (
    select dataset, image_id, min_iou, object_number, sum(n_values)::integer as n_drawn
    from counted
    group by all
)

select
    dataset,
    image_id,
    min_iou,
    object_number,
    class_name,
    n_values,
    n_drawn,
    n_annotators,
    block
from counted
inner join drawn using (dataset, image_id, min_iou, object_number)
inner join shared_images using (dataset, image_id)
union all
select
    dataset,
    image_id,
    min_iou,
    object_number,
    null as class_name,
    n_annotators - n_drawn as n_values,
    n_drawn,
    n_annotators,
    block
from drawn
inner join shared_images using (dataset, image_id)
where n_annotators > n_drawn
