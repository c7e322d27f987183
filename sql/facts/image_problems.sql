-- Which images, and annotations by where they stand, are not what a dataset should hold?
--
-- Grain: dataset, problem, image_id, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   problem        unknown_image, repeated_id, repeated_object, empty_image, unannotated_image or
--                    repeated_file
--   severity       error, warning or note
--   class_name     class of the annotation
--   image_id       image
--   annotation_id  annotation; null where the image is meant
--   value          how many there are of the same
with known as (select dataset, image_id, bool_or(true) as is_known from images group by all),

drawn as (select dataset, image_id, count(*) as n from annotations group by all),

told as (
    select dataset, image_id, count(*) as n
    from (select dataset, image_id from image_labels
    union all
    select dataset, image_id from drawn)
    group by all
),

files as (
    select dataset, file_name, count(*) as n from images where file_name is not null group by all having count(*) > 1
),

-- Hashes that occur twice leave few rows, which are compared as they are.
same_ids as (select hash(dataset, annotation_id) as seen from annotations group by seen having count(*) > 1),

same_boxes as (
    select hash(dataset, image_id, class_name, annotator, is_gold, box) as seen
    from annotations
    where box is not null
    group by seen having count(*) > 1
)

select dataset, 'unknown_image' as problem, 'error' as severity, null as class_name, image_id, null as annotation_id,
    n::double as value
from drawn
anti join known using (dataset, image_id)
union all
select dataset, 'repeated_id' as problem, 'error' as severity, any_value(class_name) as class_name,
    min(image_id) as image_id, annotation_id, count(*) as value
from annotations
where hash(dataset, annotation_id) in (select seen from same_ids)
group by dataset, annotation_id
having count(*) > 1
union all
select dataset, 'repeated_object' as problem, 'warning' as severity, class_name, image_id,
    max(annotation_id) as annotation_id, count(*) as value
from annotations
where box is not null and hash(dataset, image_id, class_name, annotator, is_gold, box) in (select seen from same_boxes)
group by dataset, image_id, class_name, annotator, is_gold, hash(box)
having count(*) > 1
union all
select dataset, 'empty_image' as problem, 'note' as severity, null as class_name, image_id, null as annotation_id,
    0 as value
from images
anti join told using (dataset, image_id)
where coalesce(is_annotated, true)
union all
select dataset, 'unannotated_image' as problem, 'warning' as severity, null as class_name, image_id,
    null as annotation_id, 0 as value
from images
where not is_annotated
union all
select dataset, 'repeated_file' as problem, 'warning' as severity, null as class_name, image_id,
    null as annotation_id, n as value
from images
inner join files using (dataset, file_name)
