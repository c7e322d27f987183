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
with told as (
    select dataset, annotation_id, image_id, actor, action, from_class, to_class, happened_at, event_id
    from events
    where annotation_id is not null and action in ('create', 'update', 'fix', 'delete')
),

changed as (
    select
        dataset,
        annotation_id,
        any_value(image_id) as image_id,
        arg_min(actor, (happened_at, event_id)) filter (where action = 'create') as creator,
        arg_min(from_class, (happened_at, event_id)) filter (where from_class is not null) as first_class,
        list(actor) filter (where action in ('update', 'fix')) as editors,
        count(*) filter (where from_class <> to_class) as n_class_changes,
        count(distinct to_class) filter (where from_class <> to_class and action <> 'create') as n_new_classes,
        bool_or(from_class <> to_class and to_class = first_named) as comes_back,
        bool_or(action = 'delete') as is_deleted
    from (
        select *, first_value(coalesce(from_class, to_class)) over (
            partition by dataset, annotation_id order by happened_at nulls last, event_id
        ) as first_named
        from told
        semi join (from told where action <> 'create') as later using (dataset, annotation_id)
    )
    group by dataset, annotation_id
)

select
    changed.dataset,
    changed.annotation_id,
    coalesce(changed.image_id, own.image_id) as image_id,
    coalesce(own.annotator, creator) as annotator,
    coalesce(first_class, own.class_name) as class_name,
    coalesce(len(editors), 0) as n_edits,
    n_class_changes,
    n_class_changes - n_new_classes + coalesce(comes_back, false)::bigint as n_returns,
    coalesce(len(list_filter(editors, lambda who: who <> coalesce(own.annotator, creator))), 0) as n_others_edits,
    is_deleted and own.annotation_id is null as is_gone
from changed
left join annotations as own using (dataset, annotation_id)
