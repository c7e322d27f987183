-- How far is each batch's error rate from the usual one, in standard errors?
--
-- What is usual is said by the first baseline_batches() batches, less those that are far from the median batch: with a
-- bad batch in the mean, good ones would look too good.
--
-- Grain: dataset, judged_by, batch
-- Columns:
--   dataset     dataset that the row belongs to
--   judged_by   as in work_errors
--   batch       batch
--   place       1 for the first batch
--   started_at  when its first label was drawn (UTC)
--   n           labels that were judged
--   k           of these, wrong
--   effect      design effect of labels that share images
--   n_points    batches of all series of the dataset
--   is_usual    true when the batch is one of those that say what is usual
--   centre      error rate of these
--   z           distance of the batch's rate from it, in standard errors of as many independent labels
--   sigma_z     how much larger distances between batches are than that: Laney's, at least the design effect allows
--   score       normal number that is as rare as the batch's count, at the usual rate
-- After: Laney (2002), Improved control charts for attributes, doi 10.1081/QEN-120006708
with points as materialized (from batch_points),

middles as (
    select dataset, judged_by, median((k + 0.5) / (n + 1)) as middle
    from points
    where place <= baseline_batches()
    group by all
),

chosen as (
    select
        *,
        place <= baseline_batches()
        and abs(k / n - middle) <= 3 * sqrt(middle * (1 - middle) * effect / n) + 0.5 / n as is_usual
    from points
    inner join middles using (dataset, judged_by)
),

distances as (
    select
        *,
        coalesce(
            sum(k) filter (where is_usual) over series / sum(n) filter (where is_usual) over series, middle
        ) as centre,
        (k / n - centre) / sqrt(nullif(centre * (1 - centre), 0) / n) as z
    from chosen
    window series as (partition by dataset, judged_by)
),

ranges as (
    select *, case when is_usual then abs(z - lag(z) over (
        partition by dataset, judged_by, is_usual
        order by place
    )) end as moving_range
    from distances
),

scaled as (
    select
        *,
        greatest(
            coalesce(avg(moving_range) over (partition by dataset, judged_by) / 1.1283791670955126, 1), sqrt(effect)
        ) as sigma_z
    from ranges
)

select
    dataset, judged_by, batch, place, started_at, n, k, effect, n_points, is_usual, centre, z, sigma_z,
    case
        when centre > 0 and centre < 1
            then normal_quantile(greatest(1e-12, least(1 - 1e-12, (
                binomial_below(k / sigma_z ** 2, n / sigma_z ** 2, centre)
                + binomial_below((k - 1) / sigma_z ** 2, n / sigma_z ** 2, centre)
            ) / 2)))
    end as score
from scaled
