-- Which classes do annotators not get right, by gold?
--
-- Threshold: gold_accuracy_limit(), correct objects or answers as a share of correct, wrong, missing and extra ones.
--
-- Grain: dataset, field, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   field       objects, or the question that was answered about the image
--   class_name  class
--   value       accuracy of the class
--   n           objects, or answers, that were judged
--   violation   the same in words
with summed as (
    select dataset, field, class_name, sum(n_correct) / nullif(sum(n_judged), 0) as value, sum(n_judged)::bigint as n
    from gold_class_counts
    group by all
)

select dataset, field, class_name, value, n, format('{}: {:.1f} % of {} right', class_name, 100 * value, n) as violation
from summed
where value < gold_accuracy_limit()
