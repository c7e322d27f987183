-- How often is each annotator right, by gold?
--
-- Worst first. Numbers are sums over images, never means of means: an empty image weighs nothing.
--
-- Grain: dataset, field, annotator
-- Columns:
--   dataset          dataset that the row belongs to
--   field            objects, or the question that was answered about the image
--   annotator        annotator
--   accuracy         n_correct / n_judged
--   accuracy_low     lower end of its 95 % interval, adjusted for clustering of objects in images
--   accuracy_high    upper end
--   n_correct        objects with the right class, or right answers
--   n_judged         correct, wrong_class, missing and extra together
--   precision        n_correct / n_annotations
--   precision_low    lower end of its 95 % interval
--   precision_high   upper end
--   n_annotations    annotations, or answers, on images with gold
--   recall           n_correct / n_gold
--   recall_low       lower end of its 95 % interval
--   recall_high      upper end
--   n_gold           gold objects, or answers
--   n_wrong_class    annotations of a gold object with another class
--   n_missing        gold objects without annotation
--   n_extra          annotations without gold object
--   mean_iou         mean IoU of annotations with their gold object; null for answers
--   mean_iou_all     likewise with 0 for every missing and extra one
--   n_images         images judged
-- After: Wilson (1927) for the intervals; accuracy as CVAT's quality reports count it
with summed as (
    select
        dataset,
        field,
        annotator,
        count(*) as n_images,
        cluster_sums(n_correct, n_correct + n_wrong_class + n_missing + n_extra) as judged,
        cluster_sums(n_correct, n_correct + n_wrong_class + n_extra) as drawn,
        cluster_sums(n_correct, n_correct + n_wrong_class + n_missing) as gold,
        sum(n_wrong_class)::bigint as n_wrong_class,
        sum(n_missing)::bigint as n_missing,
        sum(n_extra)::bigint as n_extra,
        sum(iou_sum) as iou_sum,
        sum(n_ious) as n_ious
    from gold_counts_by_image
    group by all
)

select
    dataset,
    field,
    annotator,
    rate(judged.k, judged.n) as accuracy,
    clustered_low(judged) as accuracy_low,
    clustered_high(judged) as accuracy_high,
    judged.k as n_correct,
    judged.n as n_judged,
    rate(drawn.k, drawn.n) as precision,
    clustered_low(drawn) as precision_low,
    clustered_high(drawn) as precision_high,
    drawn.n as n_annotations,
    rate(gold.k, gold.n) as recall,
    clustered_low(gold) as recall_low,
    clustered_high(gold) as recall_high,
    gold.n as n_gold,
    n_wrong_class,
    n_missing,
    n_extra,
    iou_sum / nullif(n_ious, 0) as mean_iou,
    case when field = 'objects' then coalesce(iou_sum, 0) / nullif(n_ious + n_missing + n_extra, 0) end as mean_iou_all,
    n_images
from summed
order by dataset, field, accuracy nulls last, annotator
