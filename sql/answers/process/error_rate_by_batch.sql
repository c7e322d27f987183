-- Which batches carry the most label errors?
--
-- Grain: dataset, judged_by, batch
-- Columns:
--   dataset          dataset that the row belongs to
--   judged_by        as in reviewed_annotations: what was drawn by risk is never mixed with the rest
--   batch            batch of work
--   n_annotations    annotations of the batch that were judged
--   n_errors         of these, found wrong
--   n_images         images that they lie in
--   error_rate       n_errors / n_annotations; null when too few were judged
--   error_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   error_rate_high  upper end
--   design_effect    times that the variance is larger than of as many independent objects
--   expected_errors  errors that as many annotations of the others hold
--   q_value          share of false claims if this and every smaller one is called different; null without others
--   n_missing_labels objects that reviews of any sampling found missing; they are in no rate
-- After: Rao and Scott (1992); Benjamini and Hochberg (1995)
with missed as (
    select dataset, coalesce(jobs.batch, images.batch) as value, count(*) as n
    from reviews
    left join jobs using (dataset, job)
    left join images using (dataset, image_id)
    where annotation_id is null and error_kind = 'missing_label' and decision in ('rejected', 'fixed')
    group by all
),

steps as (
    select rates.*, coalesce(missed.n, 0) as n_missing_labels, q_step(p_value, (rates.dataset, judged_by)) as step
    from error_rates as rates
    left join missed on rates.dataset = missed.dataset and rates.value = missed.value
    where dimension = 'batch'
)

select
    dataset,
    judged_by,
    value as batch,
    n_annotations,
    n_errors,
    n_images,
    error_rate,
    error_rate_low,
    error_rate_high,
    design_effect,
    expected_errors,
    q_value(step, p_value, (dataset, judged_by)) as q_value,
    n_missing_labels
from steps
order by dataset, judged_by, error_rate_low desc, error_rate desc, batch
