-- How long do reviewers' issues stay open?
--
-- Issues that are still open count with the time that they have been open, up to the last thing known of the dataset:
-- leaving them out would make slow work look quick.
--
-- Grain: dataset, category
-- Columns:
--   dataset             dataset that the row belongs to
--   category            kind of issue; null where nobody said
--   n_issues            issues that were opened
--   n_resolved          of these, settled
--   resolved_rate       n_resolved / n_issues; null when there are too few
--   resolved_rate_low   lower end of its 95 % interval
--   resolved_rate_high  upper end
--   median_hours        hours until half of them are settled; null when fewer than half are
-- After: Kaplan and Meier (1958), doi 10.2307/2281868; Wilson (1927) for the intervals
with seen as (
    select dataset, max(greatest(created_at, resolved_at)) as until
    from issues
    group by all
),

lasting as (
    select
        dataset,
        category,
        resolved_at is not null as is_resolved,
        date_diff('second', created_at, coalesce(resolved_at, until)) / 3600 as hours
    from issues
    inner join seen using (dataset)
),

steps as (
    select *, sum(n) over (partition by dataset, category order by hours desc) as n_open
    from (
        select dataset, category, hours, count(*) as n, count(*) filter (where is_resolved) as n_ended
        from lasting
        where hours is not null
        group by all
    )
),

surviving as (
    select
        *,
        sum(case when n_ended < n_open then ln(1 - n_ended / n_open) else -1e3 end)
            over (partition by dataset, category order by hours) as log_open
    from steps
),

medians as (
    select dataset, category, min(hours) as median_hours
    from surviving
    where log_open <= ln(0.5e0) + 1e-12
    group by all
)

select
    lasting.dataset,
    lasting.category,
    count(*) as n_issues,
    count(*) filter (where is_resolved) as n_resolved,
    rate(n_resolved, n_issues) as resolved_rate,
    wilson_low(n_resolved, n_issues) as resolved_rate_low,
    wilson_high(n_resolved, n_issues) as resolved_rate_high,
    any_value(median_hours) as median_hours
from lasting
left join medians on lasting.dataset = medians.dataset and lasting.category is not distinct from medians.category
group by lasting.dataset, lasting.category
order by lasting.dataset, n_issues desc, lasting.category
