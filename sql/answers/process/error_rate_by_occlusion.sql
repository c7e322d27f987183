-- Are hidden objects labelled wrong more often?
--
-- Grain: dataset, judged_by, occlusion
-- Columns:
--   dataset          dataset that the row belongs to
--   judged_by        as in reviewed_annotations: what was drawn by risk is never mixed with the rest
--   occlusion        visible, partly or mostly hidden; null where nobody said
--   n_annotations    annotations of the occlusion that were judged
--   n_errors         of these, found wrong
--   n_images         images that they lie in
--   error_rate       n_errors / n_annotations; null when too few were judged
--   error_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   error_rate_high  upper end
--   design_effect    times that the variance is larger than of as many independent objects
--   expected_errors  errors that as many annotations of the others hold
--   q_value          share of false claims if this and every smaller one is called different; null without others
-- After: Rao and Scott (1992); Benjamini and Hochberg (1995)
with steps as (
    select *, q_step(p_value, (dataset, judged_by)) as step
    from error_rates
    where dimension = 'occlusion'
)

select
    dataset,
    judged_by,
    value as occlusion,
    n_annotations,
    n_errors,
    n_images,
    error_rate,
    error_rate_low,
    error_rate_high,
    design_effect,
    expected_errors,
    q_value(step, p_value, (dataset, judged_by)) as q_value
from steps
order by dataset, judged_by, error_rate_low desc, error_rate desc, occlusion
