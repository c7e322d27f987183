-- How many objects of each class, tenth of size and so on does each image hold?
--
-- Grain: dataset, measure, annotator, batch, image_id, bin
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    class_mix, box_size, box_aspect, position_x, position_y or objects_per_image
--   annotator  who drew them
--   batch      their batch
--   image_id   image
--   bin        class, or tenth of all numbers
--   n          objects, or 1 for the image
select dataset, 'class_mix' as measure, annotator, batch, image_id, class_name as bin, count(*) as n
from drawn_annotations
where annotator is not null or batch is not null
group by all
union all
select dataset, measure, annotator, batch, image_id, tenth::varchar as bin, count(*) as n
from placed_measures
group by all
