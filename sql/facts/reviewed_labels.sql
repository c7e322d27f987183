-- Which annotations did somebody judge, and who found them right or wrong, whatever batch they are of?
--
-- As `reviewed_annotations`, for answers that do not ask for the batch of jobs and images, which is to be looked up.
--
-- Grain: dataset, judged_by, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   judged_by      review (drawn at random, all, or nobody said how) or targeted_review (drawn by risk)
--   annotation_id  annotation; it may be gone since
--   image_id       image
--   annotator      who drew it
--   batch          batch that the annotation itself names
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
)

select
    judged.dataset,
    case when is_targeted then 'targeted_review' else 'review' end as judged_by,
    judged.annotation_id,
    coalesce(judged.image_id, drawn.image_id) as image_id,
    coalesce(judged.annotator, drawn.annotator) as annotator,
    drawn.batch,
    coalesce(judged.job, drawn.job) as job,
    coalesce(
        list_filter(changes, lambda change: (change.happened_at >= judged_at) is not false)[1].from_class,
        drawn.class_name
    ) as class_name,
    case
        when not (
            coalesce(drawn.is_gold, false) or coalesce(drawn.is_crowd, false) or coalesce(drawn.is_ignored, false)
        ) then drawn.class_name
    end as class_now,
    drawn.area,
    drawn.occluded,
    drawn.created_at,
    judged.judged_at,
    judged.is_wrong,
    judged.error_kind
from judged
left join changes using (dataset, annotation_id)
left join annotations as drawn on judged.dataset = drawn.dataset and judged.annotation_id = drawn.annotation_id
