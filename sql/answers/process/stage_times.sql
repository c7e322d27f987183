-- How long does work stay in drawing, in review and in rework?
--
-- Spells that are still open count with the time that they have been open, up to the last event of the dataset: leaving
-- them out would make slow work look quick. Hours are those of the calendar, nights included.
--
-- Grain: dataset, stage
-- Columns:
--   dataset          dataset that the row belongs to
--   stage            annotation (until submitted), review (until accepted or rejected) or rework (until sent again)
--   n_spells         times that a job, or image, was in the stage
--   n_places         jobs, or images, that were
--   n_ended          of n_spells, ended
--   ended_rate       n_ended / n_spells
--   ended_rate_low   lower end of its 95 % interval
--   ended_rate_high  upper end
--   median_hours     hours until half of the spells are ended; null when fewer than half are
--   total_hours      hours of all spells
-- After: Kaplan and Meier (1958), doi 10.2307/2281868; Wilson (1927) for the intervals
with steps as (
    select *, sum(n) over (partition by dataset, stage order by hours desc) as n_open
    from (
        select dataset, stage, hours, count(*) as n, count(ended_at) as n_over
        from stage_spells
        group by all
    )
),

surviving as (
    select
        *,
        sum(case when n_over < n_open then ln(1 - n_over / n_open) else -1e3 end)
            over (partition by dataset, stage order by hours) as log_open
    from steps
),

medians as (
    select dataset, stage, min(hours) as median_hours
    from surviving
    where log_open <= ln(0.5e0) + 1e-12
    group by all
)

select
    dataset,
    stage,
    count(*) as n_spells,
    count(distinct place) as n_places,
    count(ended_at) as n_ended,
    rate(n_ended, n_spells) as ended_rate,
    wilson_low(n_ended, n_spells) as ended_rate_low,
    wilson_high(n_ended, n_spells) as ended_rate_high,
    any_value(median_hours) as median_hours,
    sum(hours) as total_hours
from stage_spells
left join medians using (dataset, stage)
group by dataset, stage
order by dataset, stage
