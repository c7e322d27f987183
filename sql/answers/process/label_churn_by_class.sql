-- Which classes are changed most after they were drawn?
--
-- As far as `events` tell of changes; without a log nothing seems to change. Objects deleted since count too.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset                dataset that the row belongs to
--   class_name             class before the first change
--   n_objects              annotations, and objects that were deleted since; gold apart
--   n_changed              of these, changed, fixed or deleted after they were drawn
--   changed_rate           n_changed / n_objects
--   changed_rate_low       lower end of the 95 % interval, adjusted for clustering of objects in images
--   changed_rate_high      upper end
--   n_reclassified         of n_objects, given another class
--   reclassified_rate      n_reclassified / n_objects
--   reclassified_rate_low  lower end of its 95 % interval
--   reclassified_rate_high upper end
--   n_gone                 of n_objects, deleted
--   n_edits                changes and fixes
--   edits_per_object       n_edits / n_objects
--   n_class_changes        of n_edits, those that gave another class
--   n_returns              of n_class_changes, those that gave a class that the object had had before
--   n_others_edits         of n_edits, those by somebody else than who drew it
-- After: Wilson (1927) with a design effect, Kish (1965)
with places as (
    select dataset, class_name, image_id, count(*) as n, 0 as changed, 0 as reclassified, 0 as n_gone, 0 as n_edits,
        0 as n_class_changes, 0 as n_returns, 0 as n_others_edits
    from annotations
    where not coalesce(is_gold, false)
    group by all
    union all
    select dataset, class_name, image_id, is_gone::integer as n, 1 as changed,
        (n_class_changes > 0)::integer as reclassified, is_gone::integer as n_gone,
        n_edits, n_class_changes, n_returns, n_others_edits
    from object_changes
),

counted as (
    select dataset, class_name, image_id, sum(columns(* exclude (dataset, class_name, image_id)))
    from places
    group by dataset, class_name, image_id
),

summed as (
    select
        dataset,
        class_name,
        cluster_sums(least(changed, n), n) as changed,
        cluster_sums(least(reclassified, n), n) as reclassified,
        sum(columns(['n_gone', 'n_edits', 'n_class_changes', 'n_returns', 'n_others_edits']))
    from counted
    group by dataset, class_name
)

select
    dataset,
    class_name,
    changed.n as n_objects,
    changed.k as n_changed,
    rate(changed.k, changed.n) as changed_rate,
    clustered_low(changed) as changed_rate_low,
    clustered_high(changed) as changed_rate_high,
    reclassified.k as n_reclassified,
    rate(reclassified.k, reclassified.n) as reclassified_rate,
    clustered_low(reclassified) as reclassified_rate_low,
    clustered_high(reclassified) as reclassified_rate_high,
    n_gone::bigint as n_gone,
    n_edits::bigint as n_edits,
    n_edits / nullif(changed.n, 0) as edits_per_object,
    n_class_changes::bigint as n_class_changes,
    n_returns::bigint as n_returns,
    n_others_edits::bigint as n_others_edits
from summed
order by dataset, changed_rate_low desc, changed_rate desc, class_name
