-- Which classes do annotators get right, by gold?
--
-- Worst first. An annotation with the wrong class counts twice: for its class, and for the gold object's.
--
-- Grain: dataset, field, class_name
-- Columns:
--   dataset          dataset that the row belongs to
--   field            objects, or the question that was answered about the image
--   class_name       class
--   accuracy         n_correct / n_judged
--   accuracy_low     lower end of its 95 % interval, adjusted for clustering of objects in images
--   accuracy_high    upper end
--   n_correct        objects of the class that got it, or right answers
--   n_judged         objects that have the class by gold, by the annotator or both
--   precision        n_correct / n_annotations
--   precision_low    lower end of its 95 % interval
--   precision_high   upper end
--   n_annotations    annotations, or answers, of the class on images with gold
--   recall           n_correct / n_gold
--   recall_low       lower end of its 95 % interval
--   recall_high      upper end
--   n_gold           objects, or answers, of the class by gold, once for each annotator who looked
--   n_wrong_class    of these, given another class
--   n_missing        of these, without annotation
--   n_extra          of n_annotations, without gold object
--   mean_iou         mean IoU of annotations of the class with their gold object; null for answers
--   mean_iou_all     likewise with 0 for every missing and extra one
--   n_images         images judged
-- After: Wilson (1927) for the intervals; accuracy of a class is its Jaccard index
with summed as (
    select
        dataset,
        field,
        class_name,
        count(*) as n_images,
        cluster_sums(n_correct, n_judged) as judged,
        cluster_sums(n_correct, n_annotations) as drawn,
        cluster_sums(n_correct, n_gold) as gold,
        sum(columns(['n_wrong_class', 'n_missing', 'n_extra', 'iou_sum', 'n_ious']))
    from gold_class_counts
    group by dataset, field, class_name
)

select
    dataset,
    field,
    class_name,
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
order by dataset, field, accuracy nulls last, class_name
