-- Did a change of the guideline change the error rate?
--
-- Compared are labels that were drawn before the change and after it, each up to the next change of a rule of the
-- class; a rule without a class is about all classes.
--
-- Grain: dataset, guideline_version, class_name, topic
-- Columns:
--   dataset            dataset that the row belongs to
--   guideline_version  version of the guide that brought the rule
--   class_name         class that the rule is about; null for all
--   topic              what the rule is about
--   updated_at         when it was changed (UTC)
--   n_before           reviewed labels that were drawn before
--   n_errors_before    of these, wrong
--   n_after            reviewed labels that were drawn afterwards
--   n_errors_after     of these, wrong
--   before_rate        n_errors_before / n_before; null when too few were judged
--   before_rate_low    lower end of the 95 % interval, adjusted for clustering of objects in images
--   before_rate_high   upper end
--   after_rate         n_errors_after / n_after
--   after_rate_low     lower end
--   after_rate_high    upper end
--   change             after_rate - before_rate
--   change_low         lower end of its 95 % interval
--   change_high        upper end
--   said               fewer errors, more errors, no change is sure, or not enough data
-- After: Newcombe (1998), doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, of clustered intervals
with sides as (
    select dataset, guideline_version, class_name, topic, updated_at, is_after, cluster_sums(k, n) as sums
    from guideline_sides
    group by all
),

changes as (
    select
        dataset, guideline_version, class_name, topic, updated_at,
        any_value(sums) filter (where not is_after) as before,
        any_value(sums) filter (where is_after) as after
    from sides
    group by all
),

rated as (
    select
        *,
        case when before.n_images >= min_bias_images() then rate(before.k, before.n) end as before_rate,
        clustered_low(before) as before_rate_low,
        clustered_high(before) as before_rate_high,
        case when after.n_images >= min_bias_images() then rate(after.k, after.n) end as after_rate,
        clustered_low(after) as after_rate_low,
        clustered_high(after) as after_rate_high,
        after_rate - before_rate as change,
        change - sqrt((after_rate - after_rate_low) ** 2 + (before_rate_high - before_rate) ** 2) as change_low,
        change + sqrt((after_rate_high - after_rate) ** 2 + (before_rate - before_rate_low) ** 2) as change_high
    from changes
)

select
    dataset, guideline_version, class_name, topic, updated_at,
    coalesce(before.n, 0) as n_before, coalesce(before.k, 0) as n_errors_before,
    coalesce(after.n, 0) as n_after, coalesce(after.k, 0) as n_errors_after,
    before_rate, before_rate_low, before_rate_high, after_rate, after_rate_low, after_rate_high,
    change, change_low, change_high,
    case
        when change is null then 'not enough data'
        when change_high < 0 then 'fewer errors'
        when change_low > 0 then 'more errors'
        else 'no change is sure'
    end as said
from rated
order by dataset, change_high nulls last, guideline_version, class_name, topic
