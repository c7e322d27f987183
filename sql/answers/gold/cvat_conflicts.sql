-- Which conflicts with gold would CVAT report?
--
-- By its matching and its thresholds; attributes, groups, directions and covered objects are not compared. A pair may
-- be in two conflicts. CVAT calls low_overlap a warning until 2025, and an error or nothing since.
--
-- Grain: dataset, image_id, job, annotator, annotation_id, gold_annotation_id, conflict
-- Columns:
--   dataset             dataset that the row belongs to
--   image_id            image with gold
--   job                 job; null where nobody names jobs
--   annotator           assignee of the job, else who drew without a job
--   conflict            missing_annotation, extra_annotation, mismatching_label or low_overlap
--   severity            error, or warning for low_overlap
--   annotation_id       annotation; null where it is missing
--   class_name          class that the annotator chose
--   gold_annotation_id  gold object; null for an extra annotation
--   gold_class_name     class by gold
--   iou                 IoU of the two; of one alone the highest with any of the other side, or 0
with told as (
    select *, unnest(list_filter([
        case outcome
            when 'missing' then 'missing_annotation'
            when 'extra' then 'extra_annotation'
            when 'mismatching_label' then 'mismatching_label'
        end,
        case when is_low_overlap then 'low_overlap' end
    ], lambda kind: kind is not null)) as conflict
    from cvat_outcomes
)

select
    dataset,
    image_id,
    job,
    annotator,
    conflict,
    case conflict when 'low_overlap' then 'warning' else 'error' end as severity,
    annotation_id,
    class_name,
    gold_annotation_id,
    gold_class_name,
    iou
from told
order by dataset, job, annotator, image_id, conflict, gold_annotation_id, annotation_id
