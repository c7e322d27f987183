-- How many labels does each annotator make in an hour?
--
-- Two clocks, never mixed: the time that the annotations carry, and the time that events of the action work tell of.
-- Pauses beyond max_lead_time_s() are cut off. Speed alone says nothing of quality.
--
-- Grain: dataset, annotator, clock
-- Columns:
--   dataset               dataset that the row belongs to
--   annotator             who drew them
--   clock                 lead_time (seconds of each annotation) or work (seconds of work events, labels of their jobs)
--   n_labels              labels whose time is known
--   hours                 hours of work on them, without pauses
--   n_capped              times that were cut off
--   labels_per_hour       n_labels / hours; null when there are too few
--   labels_per_hour_low   lower end of the 95 % interval over images, or jobs of work events; null below two
--   labels_per_hour_high  upper end
--   median_s              median seconds of one time, pauses and all
-- After: Cochran, Sampling Techniques (1977), section 6.3, ratio estimator, on the logarithm
with places as (
    select
        dataset,
        annotator,
        clock,
        place,
        sum(n_labels) as n,
        coalesce(sum(least(lead_time_s, max_lead_time_s())) filter (where lead_time_s >= 0), 0) as seconds,
        count(*) filter (where lead_time_s > max_lead_time_s()) as n_capped
    from label_times
    group by all
),

summed as (
    select
        dataset,
        annotator,
        clock,
        count(*) as m,
        sum(n)::bigint as n_labels,
        sum(seconds) as seconds,
        sum(n_capped)::bigint as n_capped,
        sum(n::double * n) as nn,
        sum(n * seconds) as ns,
        sum(seconds * seconds) as ss
    from places
    group by all
),

rated as (
    select
        *,
        n_labels / nullif(seconds, 0) as per_s,
        case
            when m > 1
                then t_quantile(greatest(m - 1, 2))
                    * sqrt(m / (m - 1) * greatest(0, nn - 2 * per_s * ns + per_s ** 2 * ss)) / nullif(n_labels, 0)
        end as error
    from summed
),

middle as (select dataset, annotator, clock, median(lead_time_s) as median_s from label_times group by all)

select
    dataset,
    annotator,
    clock,
    n_labels,
    seconds / 3600 as hours,
    n_capped,
    case when n_labels >= min_annotations() then per_s * 3600 end as labels_per_hour,
    per_s * 3600 * exp(-error) as labels_per_hour_low,
    per_s * 3600 * exp(error) as labels_per_hour_high,
    median_s
from rated
left join middle using (dataset, annotator, clock)
order by dataset, clock, labels_per_hour desc nulls last, annotator
