-- How many objects of each class did each annotator draw in each batch, and how many of them are gold?
--
-- Stored: object_counts
-- Grain: dataset, class_name, annotator, batch, is_gold
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class
--   annotator   who drew them; null where nobody is named
--   batch       batch of the annotation, else of the image
--   is_gold     true for gold
--   n_labels    objects
select drawn.dataset, class_name, annotator, coalesce(drawn.batch, images.batch) as batch,
    coalesce(is_gold, false) as is_gold,
    count(*) as n_labels
from annotations as drawn
left join images on drawn.dataset = images.dataset and drawn.image_id = images.image_id
group by all
