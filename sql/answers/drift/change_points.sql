-- When did an annotator's errors, or the size of their boxes, change?
--
-- The sum of what images differ from the mean of the whole time climbs and falls by chance like a Brownian bridge;
-- where it goes furthest is the likeliest time of a change. Images are what is counted: objects that resemble each
-- other do no harm.
--
-- Grain: dataset, measure, model, annotator
-- Columns:
--   dataset         dataset that the row belongs to
--   measure         errors_by_review, errors_by_gold, errors_by_suspicion, errors_by_targeted_review or box_size
--   model           model run whose boxes are the measure of box_size; null for gold, and for errors
--   annotator       who drew it; null for everybody together
--   n_images        images whose time is known
--   n_before        images before the likeliest change
--   changed_at      when the first image after it was drawn (UTC)
--   value_before    error rate before, or ratio of the boxes' sides to what is usual beside the model
--   value_after     the same afterwards
--   p_value         chance of a sum as far out without any change; null below min_bias_images() before or after
--   q_value         share of false claims if this and every surer one is made
--   is_flagged      true when q_value is below max_drift_q()
--   said            the same in words
-- After: Page (1955), doi 10.1093/biomet/42.3-4.523; Kolmogorov (1933), for the largest distance of a Brownian bridge
with tested as (
    select
        *,
        case
            when least(place, n_images - place) >= min_bias_images()
                then kolmogorov_tail(abs(height) / nullif(spread, 0))
        end as p_value,
        case when measure = 'box_size' then exp(before) else before end as value_before,
        case when measure = 'box_size' then exp(after) else after end as value_after
    from likeliest_changes
),

steps as (select *, q_step(p_value, dataset) as step from tested)

select
    dataset, measure, model, annotator, n_images, place as n_before, next_at as changed_at, value_before, value_after,
    p_value, q_value(step, p_value, dataset) as q_value,
    coalesce(q_value(step, p_value, dataset) <= max_drift_q(), false) as is_flagged,
    case
        when measure = 'box_size'
            then 'boxes became ' || percent(value_after / value_before - 1)
                || case when value_after > value_before then ' larger' else ' smaller' end
        else 'errors went from ' || percent(value_before) || ' to ' || percent(value_after)
    end as said
from steps
order by dataset, is_flagged desc, q_value, round(abs(height) / spread, 9) desc, measure, model, annotator
