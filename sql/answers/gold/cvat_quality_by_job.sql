-- How good is each job by CVAT's own way of counting, and what did CVAT report?
--
-- To compare with CVAT's quality reports. Where CVAT writes 0 for a rate of nothing, it is null here. An image with
-- objects on neither side is no frame here; CVAT counts it as one with mean IoU 0.
--
-- Grain: dataset, job, annotator
-- Columns:
--   dataset             dataset that the row belongs to
--   job                 job; null where nobody names jobs
--   annotator           assignee of the job, else who drew without a job
--   accuracy            n_valid / n_total: CVAT's, in which an object with the wrong class counts once
--   accuracy_low        lower end of its 95 % interval, adjusted for clustering of objects in images
--   accuracy_high       upper end
--   n_valid             pairs of one class
--   n_total             pairs, missing and extra ones together
--   precision           n_valid / n_annotations
--   n_annotations       annotations on images with gold (CVAT: ds_count)
--   recall              n_valid / n_gold
--   n_gold              gold objects (CVAT: gt_count)
--   n_mismatching       pairs of two classes
--   n_missing           gold objects without annotation
--   n_extra             annotations without gold object
--   n_low_overlap       pairs whose IoU is below 0.8
--   mean_iou_matched    mean IoU of pairs
--   mean_iou_all        mean over all objects, one alone with its highest IoU with any of the other side
--   mean_iou_frames     CVAT's: mean over frames of the mean over their objects
--   n_frames            images with gold or annotations
--   reported_accuracy   what CVAT's newest report says of the job; null without one
--   reported_precision  likewise
--   reported_recall     likewise
with summed as (
    select
        dataset,
        job,
        annotator,
        cluster_sums(n_valid, n_total) as sums,
        avg(iou_sum / n_total) as mean_iou_frames,
        sum(columns(* exclude (dataset, job, annotator, image_id)))
    from cvat_frames
    group by dataset, job, annotator
),

reported as (
    select
        dataset,
        target_id as job,
        arg_max(score, (len(eval_key), eval_key)) filter (where tag = 'accuracy') as reported_accuracy,
        arg_max(score, (len(eval_key), eval_key)) filter (where tag = 'precision') as reported_precision,
        arg_max(score, (len(eval_key), eval_key)) filter (where tag = 'recall') as reported_recall
    from tags
    where tool = 'cvat_quality' and target = 'job' and value is null
    group by all
)

select
    summed.dataset,
    summed.job,
    summed.annotator,
    rate(n_valid, n_total) as accuracy,
    clustered_low(sums) as accuracy_low,
    clustered_high(sums) as accuracy_high,
    n_valid::bigint as n_valid,
    n_total::bigint as n_total,
    rate(n_valid, n_annotations) as precision,
    n_annotations::bigint as n_annotations,
    rate(n_valid, n_gold) as recall,
    n_gold::bigint as n_gold,
    n_mismatching::bigint as n_mismatching,
    (n_total - n_annotations)::bigint as n_missing,
    (n_total - n_gold)::bigint as n_extra,
    n_low_overlap::bigint as n_low_overlap,
    matched_sum / nullif(n_annotations + n_gold - n_total, 0) as mean_iou_matched,
    iou_sum / n_total as mean_iou_all,
    mean_iou_frames,
    sums.n_images as n_frames,
    reported_accuracy,
    reported_precision,
    reported_recall
from summed
left join reported using (dataset, job)
order by summed.dataset, accuracy nulls last, summed.job, summed.annotator
