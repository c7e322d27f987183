-- How large is each object, how wide for its height, where does it lie, and how many objects does each image hold?
--
-- Grain: dataset, measure, annotator, batch, image_id, unit
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    box_size, box_aspect, position_x, position_y or objects_per_image
--   annotator  who drew it
--   batch      batch of the annotation, else of its job, else of its image
--   image_id   image
--   unit       annotation; null where the image is measured
--   number     log of the mean side, log of width over height, centre as a share of the picture, or objects
with objects as (
    select
        drawn.*,
        case when box_area(box) > 0 then ln(box_area(box)) / 2 end as size,
        case when box_area(box) > 0 then ln(box_width(box) / box_height(box)) end as aspect,
        (box.x_min + box.x_max) / 2 / nullif(images.width, 0) as x,
        (box.y_min + box.y_max) / 2 / nullif(images.height, 0) as y
    from drawn_annotations as drawn
    left join images on drawn.dataset = images.dataset and drawn.image_id = images.image_id
    where drawn.annotator is not null or drawn.batch is not null
),

-- Who looked and drew nothing has drawn 0 objects.
looks as (
    select dataset, annotator, batch, image_id, count(*) as n from objects group by all
    union all
    select
        looked.dataset, looked.annotator, coalesce(looked.batch, jobs.batch, images.batch) as batch, looked.image_id,
        0 as n
    from assignments as looked
    left join jobs on looked.dataset = jobs.dataset and looked.job = jobs.job
    left join images on looked.dataset = images.dataset and looked.image_id = images.image_id
    anti join objects
        on
            looked.dataset = objects.dataset and looked.image_id = objects.image_id
            and looked.annotator = objects.annotator
    where
        looked.annotator is not null and looked.image_id is not null
        and coalesce(looked.status, 'completed') not in ('skipped', 'in_progress')
        and jobs.type is distinct from 'gold'
)

select
    dataset,
    unnest(['box_size', 'box_aspect', 'position_x', 'position_y']) as measure,
    annotator,
    batch,
    image_id,
    annotation_id as unit,
    unnest([size, aspect, x, y]) as number
from objects
union all
select dataset, 'objects_per_image' as measure, annotator, batch, image_id, null as unit, max(n) as number
from looks
group by dataset, annotator, batch, image_id
