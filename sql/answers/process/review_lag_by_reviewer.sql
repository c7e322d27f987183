-- How long does work wait for whose review?
--
-- From when the job was submitted last before the review or, where no event tells, from when the annotation was changed
-- last. Work that was never reviewed waits in nobody's row: see review_coverage_by_batch.
--
-- Grain: dataset, reviewer
-- Columns:
--   dataset         dataset that the row belongs to
--   reviewer        who decided
--   n_reviews       decisions
--   n_timed         of these, with both times known
--   median_hours    hours that half of them waited at most
--   hours_90        hours that nine of ten of them waited at most
--   n_before        of n_timed, decided before the work was made or submitted: clocks that disagree, or edits since
with submitted as (
    select dataset, job, happened_at
    from events
    where action = 'submit' and job is not null and happened_at is not null
),

told as (
    select reviews.dataset, reviews.reviewer, reviews.job, reviewed_at, own.made_at
    from reviews
    left join (
        select dataset, annotation_id, coalesce(updated_at, created_at) as made_at
        from annotations
    ) as own using (dataset, annotation_id)
    where reviewer is not null and decision is not null
),

waited as (
    select
        told.dataset,
        told.reviewer,
        date_diff('millisecond', coalesce(submitted.happened_at, made_at), reviewed_at) / 3.6e6 as hours
    from told
    asof left join submitted
        on told.dataset = submitted.dataset and told.job = submitted.job and told.reviewed_at >= submitted.happened_at
)

select
    dataset,
    reviewer,
    count(*) as n_reviews,
    count(hours) as n_timed,
    quantile_cont(hours, 0.5) filter (where hours >= 0) as median_hours,
    quantile_cont(hours, 0.9) filter (where hours >= 0) as hours_90,
    count(*) filter (where hours < 0) as n_before
from waited
group by dataset, reviewer
order by dataset, median_hours desc nulls last, reviewer
