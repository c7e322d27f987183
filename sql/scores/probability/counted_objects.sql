-- How many objects of each class did each annotator draw in each batch?
--
-- Stored: object_counts
-- Grain: dataset, class_name, annotator, batch
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class
--   annotator   who drew them; null where nobody is named
--   batch       batch of the annotation, else of the image
--   n_labels    objects
select drawn.dataset, class_name, annotator, coalesce(drawn.batch, images.batch) as batch, count(*) as n_labels
from annotations as drawn
left join images on drawn.dataset = images.dataset and drawn.image_id = images.image_id
group by all
