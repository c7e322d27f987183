-- What did the newest version change, class by class?
--
-- Compared with the last version that held other annotations; `labelduck version diff OLD NEW` compares any two. An
-- annotation with the same shape and class on the same picture is the same, whatever its id.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset            dataset that the row belongs to
--   from_version       version before
--   version            version after
--   class_name         class
--   n_added            annotations of it that are new
--   n_removed          annotations of it that are gone
--   n_moved            annotations of it with another shape
--   n_relabelled_to    annotations that got it instead of another class
--   n_relabelled_from  annotations of it that got another class
--   relabelled_to      class that most of these got
--   mean_iou           mean IoU of the boxes before and after, of those moved or relabelled to it
with sided as (
    select dataset, from_version, version, class_name, class_name as other, iou,
        case when change = 'relabelled' then 'relabelled_to' else change end as change
    from annotation_changes
    where change <> 'removed'
    union all
    select dataset, from_version, version, class_before as class_name, class_name as other, null as iou,
        case when change = 'relabelled' then 'relabelled_from' else change end as change
    from annotation_changes
    where change in ('removed', 'relabelled')
)

select
    dataset,
    from_version,
    version,
    class_name,
    count(*) filter (where change = 'added') as n_added,
    count(*) filter (where change = 'removed') as n_removed,
    count(*) filter (where change = 'moved') as n_moved,
    count(*) filter (where change = 'relabelled_to') as n_relabelled_to,
    count(*) filter (where change = 'relabelled_from') as n_relabelled_from,
    mode(other order by other) filter (where change = 'relabelled_from') as relabelled_to,
    avg(iou) filter (where change in ('moved', 'relabelled_to')) as mean_iou
from sided
group by dataset, from_version, version, class_name
order by dataset, version, class_name
