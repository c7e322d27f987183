-- Which annotations and classes break the rules of form, so that they cannot be trained on or written?
--
-- Threshold: format_validity_limit(), errors among annotation_problems.
--
-- Grain: dataset, problem, class_name, image_id, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   problem        what is wrong
--   class_name     class
--   image_id       image
--   annotation_id  annotation
--   violation      the same in words
select dataset, problem, class_name, image_id, annotation_id,
    concat_ws(' ', problem, 'annotation ' || annotation_id, 'image ' || image_id, class_name) as violation
from annotation_problems
where severity = 'error'
