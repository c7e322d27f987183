-- How long did each job spend being drawn, reviewed and done again?
--
-- From the events submit, accept, reject and fix of a job, or of an image where no job is named. Drawing begins with
-- the first event, or when the job was made; a spell that nothing has ended is open.
--
-- Grain: dataset, place, spell
-- Columns:
--   dataset     dataset that the row belongs to
--   place       job, or image where no job is named
--   spell       1, 2, ... in the order of time
--   stage       annotation (until submitted), review (until accepted or rejected) or rework (until submitted again)
--   started_at  when it began (UTC)
--   ended_at    when it ended (UTC); null while it is open
--   hours       how long it took, or has been open at the last event of the dataset
with told as (
    select
        dataset,
        coalesce(job, image_id) as place,
        happened_at,
        event_id,
        case
            when job is not null and annotation_id is not null then null
            when action = 'submit' then 'review'
            when action = 'reject' then 'rework'
            when action in ('accept', 'fix') then 'accepted'
        end as stage
    from events
    where happened_at is not null and coalesce(job, image_id) is not null
),

begun as (
    select
        told.dataset,
        place,
        least(min(happened_at), min(jobs.created_at)) as happened_at,
        '' as event_id,
        'annotation' as stage
    from told
    left join jobs on told.dataset = jobs.dataset and place = jobs.job
    group by told.dataset, place
    having count(told.stage) > 0
),

steps as (
    select *
    from (
        from begun
        union all by name
        from told where stage is not null
    )
    -- A step that says again where the work is, is none.
    qualify stage is distinct from lag(stage) over (partition by dataset, place order by happened_at, event_id)
),

spells as (
    select
        *,
        lead(happened_at) over (partition by dataset, place order by happened_at, event_id) as ended_at,
        max(happened_at) over (partition by dataset) as last_at
    from steps
)

select
    dataset,
    place,
    row_number() over (partition by dataset, place order by happened_at, event_id) as spell,
    stage,
    happened_at as started_at,
    ended_at,
    date_diff('millisecond', happened_at, coalesce(ended_at, last_at)) / 3.6e6 as hours
from spells
where stage <> 'accepted'
