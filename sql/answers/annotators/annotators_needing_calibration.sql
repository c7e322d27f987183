-- Which annotators should go over which rule again?
--
-- Shown are annotators, and classes of an annotator, that are wrong more often than the rest of the same class, with
-- no more false claims among the rows than max_q(). It is evidence for a talk, not a verdict: see the annotations
-- themselves.
--
-- Grain: dataset, judged_by, annotator, class_name
-- Columns:
--   dataset          dataset that the row belongs to
--   judged_by        as in reviewed_annotations
--   annotator        who drew them
--   class_name       class that the annotator chose; null for all classes together
--   n_annotations    annotations that were judged
--   n_errors         of these, found wrong
--   error_rate       n_errors / n_annotations; null when too few were judged
--   error_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   error_rate_high  upper end
--   expected_errors  errors that as many annotations of the other annotators hold
--   q_value          share of false claims if this and every smaller one is called different
-- After: Rao and Scott (1992); Benjamini and Hochberg (1995)
select
    dataset,
    judged_by,
    annotator,
    class_name,
    n_annotations,
    n_errors,
    error_rate,
    error_rate_low,
    error_rate_high,
    expected_errors,
    q_value
from error_rate_by_annotator_class
where q_value <= max_q() and n_errors > expected_errors and n_annotations >= min_annotations()
order by dataset, judged_by, q_value, annotator, class_name nulls first
