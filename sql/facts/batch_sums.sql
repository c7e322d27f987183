-- How far have the error rates of batches climbed or fallen, batch after batch?
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
--   n_points    batches of all series of the dataset
--   is_usual    true when the batch is one of those that say what is usual
--   centre      error rate of these
--   sigma_z     how much larger distances between batches are than those of independent labels
--   ewma        weighted mean of the scores so far, of 0.2 for this batch
--   above       sum of the scores so far, each less 0.5, from where it was lowest on; 0 or more
--   below       sum of the scores so far, each plus 0.5, from where it was highest on; 0 or less
-- After: Roberts (1959), doi 10.1080/00401706.1959.10489860; Page (1954), doi 10.1093/biomet/41.1-2.100
with scored as materialized (from batch_scores),

summed as (
    select *, sum(score - 0.5) over so_far as climb, sum(score + 0.5) over so_far as fall
    from scored
    window so_far as (partition by dataset, judged_by order by place)
),

-- What lies 160 batches back weighs less than the last digit.
smoothed as (
    select now.dataset, now.judged_by, now.place, sum(0.2 * 0.8 ** (now.place - past.place) * past.score) as ewma
    from scored as now
    inner join scored as past
        on
            now.dataset = past.dataset and now.judged_by = past.judged_by
            and past.place between now.place - 160 and now.place
    group by all
)

select
    dataset, judged_by, batch, place, started_at, n, k, n_points, is_usual, centre, sigma_z, ewma,
    climb - least(0, min(climb) over so_far) as above,
    fall - greatest(0, max(fall) over so_far) as below
from summed
inner join smoothed using (dataset, judged_by, place)
window so_far as (partition by dataset, judged_by order by place)
