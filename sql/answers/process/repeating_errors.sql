-- Which kinds of error come back, batch after batch, in which class and under which condition?
--
-- Shown are errors of at least two batches. Whether they come more often under the condition than elsewhere is tested
-- against the rest of the class's labels.
--
-- Grain: dataset, class_name, error_kind, condition, value
-- Columns:
--   dataset          dataset that the row belongs to
--   class_name       class that the annotator chose
--   error_kind       wrong_class, bad_box, extra_label, duplicate_label, or not told
--   condition        all, size, occlusion or crowding
--   value            small, hidden, ...; null for all
--   n_annotations    labels of class and condition that were reviewed
--   n_errors         of these, wrong in this way
--   error_rate       n_errors / n_annotations; null when too few were judged
--   error_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   error_rate_high  upper end
--   n_batches        batches in which such labels were reviewed
--   n_batches_hit    of these, batches with such an error
--   last_at          when the last such label was drawn (UTC)
--   expected_errors  errors that as many labels of the class hold elsewhere; null for all
--   q_value          share of false claims if this and every surer one is called more frequent than elsewhere
-- After: Rao and Scott (1992); Benjamini and Hochberg (1995)
with summed as materialized (from error_kind_sums),

rest as (
    select
        own.*,
        case when own.condition <> 'all' then whole.sums.k - own.sums.k end as k_rest,
        case when own.condition <> 'all' then whole.sums.n - own.sums.n end as n_rest,
        design_effect(own.sums) as effect
    from summed as own
    inner join summed as whole
        on
            own.dataset = whole.dataset and own.class_name = whole.class_name and own.kind = whole.kind
            and whole.condition = 'all'
),

tested as (
    select
        *,
        rates_differ_p(sums.k, sums.n, effect, k_rest, n_rest, effect) as p_value
    from rest
),

steps as (select *, q_step(p_value, dataset) as step from tested)

select
    dataset, class_name, kind as error_kind, condition, value, sums.n as n_annotations, sums.k as n_errors,
    rate(sums.k, sums.n) as error_rate, clustered_low(sums) as error_rate_low, clustered_high(sums) as error_rate_high,
    n_batches, n_batches_hit, last_at, sums.n * k_rest / nullif(n_rest, 0) as expected_errors,
    q_value(step, p_value, dataset) as q_value
from steps
qualify n_batches_hit >= 2
order by dataset, n_batches_hit desc, error_rate_low desc, n_errors desc, class_name, error_kind, condition, value
