-- What was changed on each object after it was drawn?
--
-- As far as `events` tell: changes, fixes and deletions that name the annotation. An object without a row was left
-- alone, or nobody kept a log.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset            dataset that the row belongs to
--   annotation_id      annotation; it may be gone since
--   image_id           image
--   annotator          who drew it, by the annotation, else by the log
--   class_name         class before the first change, where the log tells, else the present one
--   n_edits            changes and fixes
--   n_class_changes    of these, those that gave it another class
--   n_returns          of n_class_changes, those that gave it a class that it had had before
--   n_others_edits     of n_edits, those by somebody else than who drew it
--   is_gone            true when it was deleted and is no annotation any more
with changed as (
    select
        dataset,
        annotation_id,
        any_value(image_id) as image_id,
        arg_min(coalesce(from_class, to_class), (happened_at, event_id))
            filter (where coalesce(from_class, to_class) is not null) as first_class,
        list(actor) filter (where action in ('update', 'fix')) as editors,
        list(to_class) filter (where from_class <> to_class) as new_classes,
        bool_or(action = 'delete') as is_deleted
    from events
    where annotation_id is not null and action in ('update', 'fix', 'delete')
    group by dataset, annotation_id
),

drawn as (
    select dataset, annotation_id, image_id, annotator, class_name, true as is_there
    from annotations
    semi join changed using (dataset, annotation_id)
),

-- Who drew what is gone, only the log knows.
created as (
    select dataset, annotation_id, arg_min(actor, (happened_at, event_id)) as creator
    from events
    semi join (from changed anti join drawn using (dataset, annotation_id)) as gone using (dataset, annotation_id)
    where action = 'create'
    group by all
)

select
    changed.dataset,
    changed.annotation_id,
    coalesce(drawn.image_id, changed.image_id) as image_id,
    coalesce(drawn.annotator, creator) as annotator,
    coalesce(first_class, drawn.class_name) as class_name,
    coalesce(len(editors), 0) as n_edits,
    coalesce(len(new_classes), 0) as n_class_changes,
    coalesce(
        len(new_classes) - len(list_distinct(new_classes)) + list_contains(new_classes, first_class)::bigint, 0
    ) as n_returns,
    coalesce(len(list_filter(editors, lambda who: who <> coalesce(drawn.annotator, creator))), 0) as n_others_edits,
    is_deleted and is_there is null as is_gone
from changed
left join drawn using (dataset, annotation_id)
left join created using (dataset, annotation_id)
