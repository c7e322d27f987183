-- May reviewing stop: how many errors are left among what nobody has judged, and is that surely below max_error_rate()?
--
-- Grain: dataset, issue
-- Columns:
--   dataset              dataset that the row belongs to
--   issue                any (a label wrong in whatever way), its kinds, and missing_label
--   decision             stop, continue or not enough data
--   n_unreviewed         annotations that nobody has judged; for missing_label those of images that were not audited
--   n_judged             annotations or images that the random audit judged
--   n_confirmed          errors confirmed so far
--   n_remaining          errors expected among what nobody has judged; null when there is not enough data
--   n_remaining_low      lower end of the 95 % interval
--   n_remaining_high     upper end
--   remaining_rate       n_remaining as a share of n_unreviewed; null when there is not enough data
--   remaining_rate_low   lower end of the 95 % interval
--   remaining_rate_high  upper end, which decides
--   sentence             the same in words, and what to do next
with asked as (
    select dataset, unnest(audited_issues()) as issue
    from (select distinct dataset from annotations)
),

rates as (
    select asked.dataset, asked.issue,
        case when asked.issue = 'missing_label' then n_objects else n_units - n_judged end as n_unreviewed,
        coalesce(n_judged, 0) as n_judged,
        coalesce(n_confirmed, 0) as n_confirmed,
        n_remaining, n_remaining_low, n_remaining_high,
        label_share(n_remaining, n_unreviewed, asked.issue) as remaining_rate,
        label_share(n_remaining_low, n_unreviewed, asked.issue) as remaining_rate_low,
        label_share(n_remaining_high, n_unreviewed, asked.issue) as remaining_rate_high
    from asked
    left join remaining_errors as rest
        on asked.dataset = rest.dataset and asked.issue = rest.issue and rest.dimension = 'dataset'
    left join confirmed_errors as known
        on asked.dataset = known.dataset and asked.issue = known.issue and known.dimension = 'dataset'
)

select dataset, issue,
    case
        when n_remaining_high is null then 'not enough data'
        when coalesce(remaining_rate_high, 0) < max_error_rate() then 'stop'
        else 'continue'
    end as decision,
    n_unreviewed, n_judged, n_confirmed, n_remaining, n_remaining_low, n_remaining_high,
    remaining_rate, remaining_rate_low, remaining_rate_high,
    stop_sentence(decision, n_remaining, n_remaining_low, n_remaining_high, remaining_rate_high) as sentence
from rates
order by dataset, issue != 'any', issue
