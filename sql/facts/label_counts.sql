-- How many labels of each class did each annotator make in each batch?
--
-- Labels are objects and, with the question in `field`, answers about whole images that a model can judge.
--
-- Grain: dataset, field, class_name, annotator, batch
-- Columns:
--   dataset     dataset that the row belongs to
--   field       question about the image that was answered; null for objects
--   class_name  class
--   annotator   who made them; null where nobody is named, or several gave the answer
--   batch       batch of the annotation, else of the image
--   n_labels    labels
with labels as (
    select dataset, image_id, null as field, class_name, annotator, batch from annotations
    union all
    select dataset, image_id, field, class_name, annotator, null as batch from image_label_suspicions
)

select
    labels.dataset, field, class_name, annotator, coalesce(labels.batch, images.batch) as batch, count(*) as n_labels
from labels
left join images on labels.dataset = images.dataset and labels.image_id = images.image_id
group by all
