-- Which annotations have a class or shape that cannot be?
--
-- Grain: dataset, problem, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   problem        no_shape, no_class, negative_length, degenerate_box, outside_image or out_of_bounds
--   severity       error or warning
--   class_name     class that the annotator chose
--   image_id       image
--   annotation_id  annotation
--   value          pixels: the shorter side, or how far it leaves the image
--   limit_value    what value was compared with; null where none was
with boxes as (
    select dataset, image_id, annotation_id, class_name, box, width, height, keypoints,
        least(box.x_max - box.x_min, box.y_max - box.y_min) as side,
        coalesce(geometry, 'box') not in ('point', 'polyline', 'keypoints') as has_extent,
        box_exceeds(box, width, height) as beyond
    from annotations
    left join images using (dataset, image_id)
),

found as (
    select dataset, image_id, annotation_id, class_name, unnest([
        case when class_name is null or trim(class_name) = '' then box_problem('no_class', 'error', null, null) end,
        case when box is null and keypoints is null then box_problem('no_shape', 'error', null, null) end,
        case
            when side < 0 then box_problem('negative_length', 'error', side, 0)
            when has_extent and side < 1 then box_problem('degenerate_box', 'warning', side, 1)
        end,
        case
            when box.x_min >= width or box.y_min >= height or box.x_max <= 0 or box.y_max <= 0
                then box_problem('outside_image', 'error', beyond, 1)
            when beyond > 1 then box_problem('out_of_bounds', 'warning', beyond, 1)
        end
    ]) as told
    from boxes
    where class_name is null or trim(class_name) = '' or box is null or side < 1 or beyond > 1
        or box.x_max <= 0 or box.y_max <= 0 or box.x_min >= width or box.y_min >= height
)

select dataset, told.problem as problem, told.severity as severity, class_name, image_id, annotation_id,
    told.value as value, told.limit_value as limit_value
from found
where told is not null
