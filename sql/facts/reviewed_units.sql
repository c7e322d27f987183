-- Which annotations, images or jobs were reviewed, and how did it go?
--
-- Every review counts for the annotation, image and job that it names; review_unit() says which of these is counted.
--
-- Grain: dataset, unit, unit_id, annotator
-- Columns:
--   dataset         dataset that the row belongs to
--   unit            annotation, image or job: review_unit()
--   unit_id         id of that annotation, image or job
--   annotator       whose work it is
--   image_id        image; null for jobs
--   batch           batch of the annotation, else of its job, else of its image
--   is_targeted     true when it was drawn for review by risk
--   first_round     round of the first review
--   first_decision  decision of the first review; the worst one where several came first
--   n_rounds        rounds of review that it took so far
--   n_decisions     reviews
--   is_reworked     true when a review rejected or fixed it, or any part of it
with asked as (
    select
        dataset,
        case
            when review_unit() <> 'finest' then review_unit()
            when count(annotation_id) filter (where decision = 'accepted') > 0 then 'annotation'
            when count(image_id) > 0 then 'image'
            else 'job'
        end as unit
    from reviews
    group by all
),

-- Of a list DuckDB expects few rows, which they are, and hashes them instead of all reviews.
units as (select unnest(list(asked), recursive := true) from asked),

decided as (
    select
        reviews.*,
        unit,
        case unit when 'annotation' then annotation_id when 'image' then image_id when 'job' then job end as unit_id,
        coalesce(round, 1) as counted_round,
        (decision = 'accepted')::integer as is_accepted
    from reviews
    inner join units using (dataset)
    where decision is not null
),

reviewed as (
    select
        dataset,
        unit,
        unit_id,
        annotator,
        case unit when 'job' then null else any_value(image_id) end as image_id,
        any_value(job) as job,
        bool_and(sampling is not distinct from 'risk') as is_targeted,
        min(counted_round * 2 + is_accepted) as first_review,
        max(counted_round) as n_rounds,
        count(*) as n_decisions,
        bool_or(is_accepted = 0) as is_reworked
    from decided
    where unit_id is not null
    group by dataset, unit, unit_id, annotator
)

select
    reviewed.dataset, unit, unit_id, coalesce(reviewed.annotator, own.annotator) as annotator, reviewed.image_id,
    coalesce(own.batch, jobs.batch, images.batch) as batch, is_targeted, first_review // 2 as first_round,
    case when first_review % 2 = 1 then 'accepted' else 'rejected' end as first_decision,
    n_rounds, n_decisions, is_reworked
from reviewed
left join annotations as own on unit = 'annotation' and reviewed.dataset = own.dataset and unit_id = own.annotation_id
left join jobs on reviewed.dataset = jobs.dataset and reviewed.job = jobs.job
left join images on reviewed.dataset = images.dataset and reviewed.image_id = images.image_id
