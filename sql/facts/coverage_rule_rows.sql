-- Which cells of `coverage` must hold how much, as `[[coverage]]` of labelduck.toml says?
--
-- Grain: number
-- Columns:
--   number      1 for the first rule
--   dataset     dataset that it is for; null for all
--   class_name  class that it is for; null for each
--   dimension   any, split, size, occlusion, tag, or the name of an attribute of images or annotations
--   value       value of the dimension; null for each
--   at_least    annotations that the cell must hold
with rules as (
    select unnest(from_json(
        coverage_rules(),
        '[{"dataset": "VARCHAR", "class": "VARCHAR", "dimension": "VARCHAR", "value": "VARCHAR", "at_least": "BIGINT"}]'
    )) as told
)

select row_number() over () as number, told.dataset, told.class as class_name, told.dimension, told.value, told.at_least
from rules
