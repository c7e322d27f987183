-- Which jobs pass on gold?
--
-- A job passes as in CVAT: its accuracy is min_gold_accuracy() or more. Few gold objects tell little: see verdict.
--
-- Grain: dataset, field, job
-- Columns:
--   dataset        dataset that the row belongs to
--   field          objects, or the question that was answered about the image
--   job            job; null for work in none
--   n_annotators   annotators who worked in it
--   accuracy       n_correct / n_judged
--   accuracy_low   lower end of its 95 % interval, adjusted for clustering of objects in images
--   accuracy_high  upper end
--   n_correct      objects with the right class, or right answers
--   n_judged       correct, wrong_class, missing and extra together
--   precision      n_correct / n_annotations
--   n_annotations  annotations, or answers, on images with gold
--   recall         n_correct / n_gold
--   n_gold         gold objects, or answers
--   mean_iou       mean IoU of annotations with their gold object; null for answers
--   mean_iou_all   likewise with 0 for every missing and extra one
--   n_images       images judged
--   is_passed      accuracy >= min_gold_accuracy(); null when too little was judged
--   verdict        pass or fail where the whole interval lies on that side, else open
-- After: Wilson (1927) for the intervals; accuracy as CVAT's quality reports count it
with summed as (
    select
        dataset,
        field,
        job,
        count(distinct annotator) as n_annotators,
        count(distinct image_id) as n_images,
        cluster_sums(n_correct, n_correct + n_wrong_class + n_missing + n_extra) as judged,
        sum(columns(['n_wrong_class', 'n_missing', 'n_extra', 'iou_sum', 'n_ious']))
    from gold_counts_by_image
    left join gold_works using (dataset, field, image_id, annotator)
    group by dataset, field, job
)

select
    dataset,
    field,
    job,
    n_annotators,
    rate(judged.k, judged.n) as accuracy,
    clustered_low(judged) as accuracy_low,
    clustered_high(judged) as accuracy_high,
    judged.k as n_correct,
    judged.n as n_judged,
    rate(judged.k, judged.k + n_wrong_class + n_extra) as precision,
    (judged.k + n_wrong_class + n_extra)::bigint as n_annotations,
    rate(judged.k, judged.k + n_wrong_class + n_missing) as recall,
    (judged.k + n_wrong_class + n_missing)::bigint as n_gold,
    iou_sum / nullif(n_ious, 0) as mean_iou,
    case when field = 'objects' then coalesce(iou_sum, 0) / nullif(n_ious + n_missing + n_extra, 0) end as mean_iou_all,
    n_images,
    accuracy >= min_gold_accuracy() as is_passed,
    case
        when accuracy_low >= min_gold_accuracy() then 'pass'
        when accuracy_high < min_gold_accuracy() then 'fail'
        else 'open'
    end as verdict
from summed
order by dataset, field, accuracy nulls last, job
