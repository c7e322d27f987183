-- How many objects do gold and each job have on each image, counted as CVAT does?
--
-- Grain: dataset, job, annotator, image_id
-- Columns:
--   dataset        dataset that the row belongs to
--   job            job; null where nobody names jobs
--   annotator      assignee of the job, else who drew without a job
--   image_id       image with gold
--   n_valid        pairs of one class
--   n_mismatching  pairs of two classes
--   n_total        pairs, missing and extra ones together
--   n_annotations  annotations
--   n_gold         gold objects
--   n_low_overlap  pairs whose IoU is below 0.8
--   iou_sum        sum over all objects of their IoU, of one alone of its highest with any of the other side
--   matched_sum    sum over pairs
select
    dataset,
    job,
    annotator,
    image_id,
    count(*) filter (where outcome = 'valid') as n_valid,
    count(*) filter (where outcome = 'mismatching_label') as n_mismatching,
    count(*) as n_total,
    count(annotation_id) as n_annotations,
    count(gold_annotation_id) as n_gold,
    count(*) filter (where is_low_overlap) as n_low_overlap,
    sum(iou) as iou_sum,
    coalesce(sum(iou) filter (where outcome in ('valid', 'mismatching_label')), 0) as matched_sum
from cvat_outcomes
group by all
