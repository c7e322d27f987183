-- Which annotations did somebody judge, and who found them right or wrong?
--
-- What was drawn for review by risk is told apart from what was drawn at random, or reviewed wholly: it holds more
-- errors than the dataset. Class, size and so on are those of the annotation as it was reviewed, where `events` tells
-- what changed since.
--
-- Stored: reviewed_annotations
-- Grain: dataset, judged_by, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   judged_by      review (drawn at random, all, or nobody said how) or targeted_review (drawn by risk)
--   annotation_id  annotation; it may be gone since
--   image_id       image
--   annotator      who drew it
--   batch          batch of the annotation, else of its job, else of its image
--   job            job
--   class_name     class that the annotator chose; null where the annotation is gone and no event tells its class
--   class_now      class that the annotation has since; null where it is gone, gold, a crowd or ignored
--   area           area in square pixels; null where the annotation is gone
--   occluded       how far it is hidden, 0 to 1
--   created_at     when it was drawn (UTC)
--   judged_at      when it was judged first (UTC)
--   is_wrong       true when any review rejected or fixed it
--   error_kind     missing_label, wrong_class, bad_box, extra_label or duplicate_label; null when right or not told
with judged as (
    select
        dataset,
        annotation_id,
        any_value(image_id) as image_id,
        any_value(annotator) as annotator,
        any_value(job) as job,
        min(reviewed_at) as judged_at,
        bool_or(decision in ('rejected', 'fixed')) as is_wrong,
        min(error_kind) filter (where decision in ('rejected', 'fixed')) as error_kind,
        bool_and(sampling is not distinct from 'risk') as is_targeted
    from reviews
    where annotation_id is not null and decision is not null
    group by all
),

-- Null stands for a time that is not told: such a change may have come after.
changes as (
    select
        dataset, annotation_id,
        list({ 'happened_at': happened_at, 'from_class': from_class } order by happened_at, event_id) as changes
    from events
    where from_class is not null
    group by all
),

told as (
    select
        judged.*,
        coalesce(judged.image_id, drawn.image_id) as of_image,
        coalesce(judged.annotator, drawn.annotator) as drawn_by,
        coalesce(judged.job, drawn.job) as of_job,
        coalesce(
            list_filter(changes, lambda change: (change.happened_at >= judged_at) is not false)[1].from_class,
            drawn.class_name
        ) as class_name,
        case
            when not (
                coalesce(drawn.is_gold, false) or coalesce(drawn.is_crowd, false) or coalesce(drawn.is_ignored, false)
            ) then drawn.class_name
        end as class_now,
        drawn.batch, drawn.area, drawn.occluded, drawn.created_at
    from judged
    left join changes using (dataset, annotation_id)
    left join annotations as drawn on judged.dataset = drawn.dataset and judged.annotation_id = drawn.annotation_id
)

select
    told.dataset, case when is_targeted then 'targeted_review' else 'review' end as judged_by, annotation_id,
    of_image as image_id, drawn_by as annotator, coalesce(told.batch, jobs.batch, images.batch) as batch,
    of_job as job, class_name, class_now, area, occluded, told.created_at, judged_at, is_wrong, error_kind
from told
left join jobs on told.dataset = jobs.dataset and told.of_job = jobs.job
left join images on told.dataset = images.dataset and told.of_image = images.image_id
