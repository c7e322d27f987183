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
select dataset, null as field, class_name, annotator, batch, sum(n_labels)::bigint as n_labels
from object_counts
group by all
union all
select answers.dataset, field, class_name, annotator, images.batch, count(*) as n_labels
from image_label_suspicions as answers
left join images on answers.dataset = images.dataset and answers.image_id = images.image_id
group by all
