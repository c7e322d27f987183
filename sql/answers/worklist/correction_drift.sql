-- Which labels were corrected from one class to another and back?
--
-- Changes of class are those that events tell of and those that reviewers decided. A change that repeats the one before
-- it, as when a decision and then the tool's own log tell of the same, counts once.
--
-- Grain: dataset, annotation_id, changed_at, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   image_id       image
--   class_name     class before, and again afterwards
--   other_class    class in between
--   changed_at     when it was changed (UTC)
--   changed_by     who did it
--   change_source  event or decision
--   back_at        when it was changed back (UTC)
--   back_by        who did that
--   back_source    event or decision
with changes as (
    select
        dataset, annotation_id, image_id, happened_at as changed_at, actor as changed_by, 'event' as change_source,
        from_class, to_class
    from events
    where annotation_id is not null and happened_at is not null and from_class <> to_class
    union all
    select
        dataset, annotation_id, image_id, decided_at as changed_at, reviewer as changed_by, 'decision' as change_source,
        class_name as from_class, new_class as to_class
    from standing_decisions
    where annotation_id is not null and decision = 'fix' and not is_repeat and class_name <> new_class
),

ordered as (
    select
        *,
        row_number() over history as n,
        lag(row(from_class, to_class)) over history as before
    from changes
    window history as (partition by dataset, annotation_id order by changed_at, change_source, from_class, to_class)
),

steps as (from ordered where row(from_class, to_class) is distinct from before)

select
    there.dataset, there.annotation_id, any_value(there.image_id) as image_id,
    there.from_class as class_name, any_value(there.to_class) as other_class,
    there.changed_at, any_value(there.changed_by) as changed_by, any_value(there.change_source) as change_source,
    min(back.changed_at) as back_at,
    min_by(back.changed_by, back.n) as back_by, min_by(back.change_source, back.n) as back_source
from steps as there
inner join steps as back
    on
        there.dataset = back.dataset and there.annotation_id = back.annotation_id
        and there.from_class = back.to_class and there.to_class = back.from_class and there.n < back.n
group by there.dataset, there.annotation_id, there.from_class, there.changed_at
order by there.dataset, there.changed_at, there.annotation_id, class_name
