-- How many annotations of each class are of each size, occlusion, split and tag?
--
-- Gold is left out. Answers about whole images count by split and condition.
--
-- Grain: dataset, class_name, dimension, value
-- Columns:
--   dataset        dataset that the row belongs to
--   class_name     class
--   dimension      any, split, size, occlusion or tag (of the image)
--   value          value of the dimension
--   n_annotations  annotations, or answers
-- Stored: class_cells
with drawn as not materialized (
    select dataset, class_name, image_id, area, occluded
    from annotations
    where not coalesce(is_gold, false) and class_name is not null
    union all
    select dataset, class_name, image_id, null as area, null as occluded
    from image_labels
    where not coalesce(is_gold, false) and class_name is not null
),

summed as (
    select dataset, class_name, split, list_distinct(tags) as tags, area_name(area) as size,
        occlusion_name(occluded) as occlusion, count(*) as n
    from drawn left join images using (dataset, image_id)
    group by all
),

spread as (
    select dataset, class_name, n, unnest(list_concat(
        [
            { 'dimension': 'any', 'value': 'any' },
            { 'dimension': 'split', 'value': split },
            { 'dimension': 'size', 'value': size },
            { 'dimension': 'occlusion', 'value': occlusion }
        ],
        list_transform(coalesce(tags, []), lambda tag: { 'dimension': 'tag', 'value': tag })
    )) as cell
    from summed
)

select dataset, class_name, cell.dimension as dimension, cell.value as value, sum(n)::bigint as n_annotations
from spread
where cell.value is not null
group by all
