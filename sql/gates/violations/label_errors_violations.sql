-- Which labels did reviewers find wrong, and are as they were?
--
-- Threshold: label_errors_limit(), annotations that are wrong as a share of all, as a random audit estimates it.
--
-- Grain: dataset, image_id, annotation_id, issue
-- Columns:
--   dataset        dataset that the row belongs to
--   image_id       image
--   annotation_id  annotation
--   issue          wrong_class, bad_box, extra_label or duplicate_label
--   class_name     class that the annotator chose
--   violation      the same in words
select distinct told.dataset, told.image_id, told.annotation_id, told.issue, class_name,
    format('annotation {} ({}) on image {}: {}', told.annotation_id, class_name, told.image_id, told.issue) as violation
from label_verdicts as told
inner join annotations as drawn on told.dataset = drawn.dataset and told.annotation_id = drawn.annotation_id
where is_wrong and told.issue is distinct from 'missing_label'
