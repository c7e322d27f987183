-- Which annotators were measured enough on gold, and did they pass?
--
-- Enough are as many objects or answers as would do to reach gold_accuracy_limit() if all of them were right.
--
-- Grain: dataset, field, annotator
-- Columns:
--   dataset    dataset that the row belongs to
--   field      objects, or the question that was answered about the image
--   annotator  annotator
--   value      correct as a share of correct, wrong, missing and extra ones
--   n          objects, or answers, that were judged
--   is_passed  whether value reaches gold_accuracy_limit()
with summed as (
    select dataset, field, annotator, sum(n_correct) as k,
        sum(n_correct + n_wrong_class + n_missing + n_extra)::bigint as n
    from gold_counts_by_image
    group by all
)

select dataset, field, annotator, k / n as value, n, k / n >= gold_accuracy_limit() as is_passed
from summed
where wilson_low(n, n) >= gold_accuracy_limit()
