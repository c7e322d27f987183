-- How many labels of each batch are wrong, in the order of time?
--
-- Grain: dataset, judged_by, batch
-- Columns:
--   dataset      dataset that the row belongs to
--   judged_by    as in work_errors
--   batch        batch
--   place        1 for the first batch, by when its first label was drawn, else by its name
--   started_at   when its first label was drawn (UTC)
--   n            labels that were judged
--   k            of these, wrong
--   effect       design effect: labels of one image tell less than as many of different ones
--   n_points     batches of all series of the dataset
with summed as (
    select dataset, judged_by, batch, cluster_sums(n_errors, n_annotations) as sums
    from (
        select dataset, judged_by, batch, image_id, sum(n_errors) as n_errors, sum(n_annotations) as n_annotations
        from work_errors
        where batch is not null
        group by all
    )
    group by dataset, judged_by, batch
),

weighed as (
    select
        *,
        case when residual_effect(sums) is not null then sums.k * (1 - sums.k / sums.n) end as known_spread,
        drawn_correlation(
            sum(residual_effect(sums) * known_spread) over series / nullif(sum(known_spread) over series, 0),
            sum(sums.nn) over series / sum(sums.n) over series,
            sum(least(sums.k, sums.n - sums.k)) over series
        ) as correlation
    from summed
    window series as (partition by dataset, judged_by)
),

started as (select dataset, batch, min(created_at) as started_at from drawn_annotations group by all)

select
    weighed.dataset,
    judged_by,
    weighed.batch,
    row_number() over (
        partition by weighed.dataset, judged_by
        order by started_at nulls last, len(weighed.batch), weighed.batch
    ) as place,
    started_at,
    sums.n as n,
    sums.k as k,
    correlation_effect(correlation, sums.nn / sums.n) as effect,
    count(*) over (partition by weighed.dataset) as n_points
from weighed
left join started on weighed.dataset = started.dataset and weighed.batch = started.batch
