-- What do the attributes that a rule of coverage names say of each annotation, or of its image?
--
-- Grain: dataset, annotation_id, dimension
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   class_name     class
--   dimension      name of the attribute
--   value          its value for the annotation, else for the image
with named as (
    select distinct dimension
    from coverage_rule_rows
    where dimension not in ('any', 'split', 'size', 'occlusion', 'tag')
),

told as (
    select drawn.dataset, annotation_id, class_name, dimension,
        coalesce(
            json_extract_string(drawn.attributes, '$."' || dimension || '"'),
            json_extract_string(pictured.attributes, '$."' || dimension || '"')
        ) as value
    from annotations as drawn
    cross join named
    left join images as pictured on drawn.dataset = pictured.dataset and drawn.image_id = pictured.image_id
    where not coalesce(is_gold, false) and class_name is not null
)

select dataset, annotation_id, class_name, dimension, value
from told
where value is not null
