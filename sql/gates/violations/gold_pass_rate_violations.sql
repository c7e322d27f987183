-- Which annotators fail on gold?
--
-- Threshold: gold_pass_rate_limit(), annotators who reach gold_accuracy_limit() as a share of those who were measured
-- enough.
--
-- Grain: dataset, field, annotator
-- Columns:
--   dataset    dataset that the row belongs to
--   field      objects, or the question that was answered about the image
--   annotator  annotator
--   value      accuracy of the annotator
--   n          objects, or answers, that were judged
--   violation  the same in words
select dataset, field, annotator, value, n,
    format('{}: {:.1f} % of {} right', coalesce(annotator, 'nobody known'), 100 * value, n) as violation
from gold_tests
where not is_passed
