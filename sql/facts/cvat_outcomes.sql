-- What does CVAT's way of comparing call each object that gold or a job has?
--
-- Pairs are those of the build: one to one from IoU 0.4 on with the largest sum of overlaps, whatever their classes.
--
-- Grain: dataset, image_id, job, annotator, annotation_id, gold_annotation_id
-- Columns:
--   dataset             dataset that the row belongs to
--   image_id            image with gold
--   job                 job; null where nobody names jobs
--   annotator           assignee of the job, else who drew without a job
--   annotation_id       annotation; null for missing
--   gold_annotation_id  gold object; null for extra
--   class_name          class that the annotator chose
--   gold_class_name     class by gold
--   outcome             valid, mismatching_label, missing or extra
--   is_low_overlap      true for a pair whose IoU is below 0.8
--   iou                 IoU of the two; of one alone the highest with any of the other side, or 0
select
    found.dataset,
    found.image_id,
    found.job,
    coalesce(found.annotator, jobs.assignee) as annotator,
    found.annotation_id,
    found.gold_annotation_id,
    found.class_name,
    found.gold_class_name,
    case
        when found.annotation_id is null then 'missing'
        when found.gold_annotation_id is null then 'extra'
        when found.class_name = found.gold_class_name then 'valid'
        else 'mismatching_label'
    end as outcome,
    outcome in ('valid', 'mismatching_label') and found.iou < 0.8e0 as is_low_overlap,
    found.iou
from cvat_matches as found
left join jobs using (dataset, job)
