-- Whose work in which batch differs from all other work: in errors, classes, sizes, shapes, places or numbers?
--
-- Each is compared with what all others drew. Images are what is counted, and all tests of a dataset share the
-- q-values; what is borne of false claims is said by max_drift_q(). Systematic boxes are told by
-- box_bias_by_annotator_batch_class.
--
-- Grain: dataset, annotator, batch, measure
-- Columns:
--   dataset         dataset that the row belongs to
--   annotator       who drew it
--   batch           batch of the annotations, else of their jobs, else of their images
--   measure         errors_by_review, errors_by_gold, errors_by_suspicion, errors_by_targeted_review, class_mix,
--                   box_size, box_aspect, position_x, position_y or objects_per_image
--   statistic       rate, psi (population stability index) or ks (Kolmogorov-Smirnov distance)
--   n               labels, or images for objects_per_image
--   n_images        images
--   value           the statistic
--   expected_value  what it would be of the same work
--   value_low       95 % of the same work lie from here
--   value_high      to here
--   p_value         chance of a value at least as far out of the same work; null below min_bias_images()
--   q_value         share of false claims if this and every surer one is made
--   is_flagged      true when q_value is below max_drift_q(), and psi or ks at least min_drift()
--   said            the same in words
-- After: Rao and Scott (1981, 1992); Smirnov (1939); Benjamini and Hochberg (1995)
with measured as (
    select
        dataset, annotator, batch, 'errors_by_' || judged_by as measure, 'rate' as statistic, n, n_images,
        k / n as value, expected as expected_value, greatest(0, expected - reach) as value_low,
        least(1, expected + reach) as value_high, p_value, value > expected as is_higher
    from rate_shifts
    union all
    select
        dataset, annotator, batch, measure, case when ks is null then 'psi' else 'ks' end as statistic, n, n_images,
        coalesce(ks, psi) as value, coalesce(expected_ks, expected_psi) as expected_value, 0 as value_low,
        coalesce(ks_high, psi_high) as value_high, p_value, is_higher
    from distribution_shifts
),

tested as (select * replace (case when n_images >= min_bias_images() then p_value end as p_value) from measured),

steps as (select *, q_step(p_value, dataset) as step from tested)

select
    dataset, annotator, batch, measure, statistic, n, n_images, value, expected_value, value_low, value_high, p_value,
    q_value(step, p_value, dataset) as q_value,
    coalesce(q_value(step, p_value, dataset) <= max_drift_q() and (statistic = 'rate' or value >= min_drift()), false)
    as is_flagged,
    drift_words(measure, value, expected_value, is_higher) as said
from steps
order by dataset, is_flagged desc, q_value, abs(value - expected_value) desc, annotator, batch, measure
