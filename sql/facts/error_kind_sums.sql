-- How many labels of each class and condition were reviewed, and how many were wrong in each way that the class knows?
--
-- Grain: dataset, class_name, kind, condition, value
-- Columns:
--   dataset        dataset that the row belongs to
--   class_name     class that the annotator chose
--   kind           wrong_class, bad_box, extra_label, duplicate_label, or not told
--   condition      all, size, occlusion or crowding
--   value          small, hidden, ...; null for all
--   sums           what cluster_sums gives: labels by image, and those that are wrong in this way
--   n_batches      batches in which such labels were reviewed
--   n_batches_hit  of these, batches with such an error
--   last_at        when the last such label was drawn (UTC)
with judged as materialized (from reviewed_conditions),

mistaken as materialized (from judged where error_kind is not null),

met as materialized (
    select
        dataset, class_name, condition_of(grouping(size), grouping(occlusion)) as counted,
        coalesce(size, occlusion, crowding, '') as value, image_id, count(*) as n
    from judged
    group by dataset, class_name, image_id, grouping sets (size, occlusion, crowding)
),

wrong as materialized (
    select
        dataset, class_name, condition_of(grouping(size), grouping(occlusion)) as counted,
        coalesce(size, occlusion, crowding, '') as value, image_id, error_kind as kind, count(*) as k,
        list(distinct batch) as hit, max(created_at) as last_at
    from mistaken
    group by dataset, class_name, image_id, error_kind, grouping sets (size, occlusion, crowding)
),

batches as (
    select
        dataset, class_name, condition_of(grouping(size), grouping(occlusion)) as counted,
        coalesce(size, occlusion, crowding, '') as value, list(distinct batch) as batches
    from (select distinct dataset, class_name, batch, size, occlusion, crowding from judged)
    group by dataset, class_name, grouping sets (size, occlusion, crowding)
),

sizes as (
    select dataset, class_name, counted, value, count(*) as n_images, sum(n)::bigint as n, sum(n::double * n) as nn
    from met
    group by all
),

hits as (
    select
        dataset, class_name, counted, value, kind, sum(k)::bigint as k, sum(k::double * k) as kk,
        sum(k::double * n) as kn, flatten(list(hit)) as hit, max(last_at) as last_at
    from wrong
    inner join met using (dataset, class_name, counted, value, image_id)
    group by dataset, class_name, counted, value, kind
)

select
    dataset, class_name, kind, condition, case when condition <> 'all' then value end as value,
    {
        'n_images': sum(n_images)::bigint, 'k': coalesce(sum(k)::bigint, 0), 'n': sum(n)::bigint,
        'kk': coalesce(sum(kk), 0), 'kn': coalesce(sum(kn), 0), 'nn': sum(nn)
    } as sums,
    len(list_distinct(flatten(list(batches)))) as n_batches,
    len(list_distinct(flatten(list(hit)))) as n_batches_hit, max(last_at) as last_at
from (select *, unnest(case counted when 'crowding' then ['all', counted] else [counted] end) as condition from sizes)
inner join batches using (dataset, class_name, counted, value)
inner join (select distinct dataset, class_name, error_kind as kind from mistaken) using (dataset, class_name)
left join hits using (dataset, class_name, counted, value, kind)
where condition = 'all' or value <> ''
group by dataset, class_name, kind, condition, case when condition <> 'all' then value end
