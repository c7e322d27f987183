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
with judged as materialized (
    select * replace (coalesce(value, '') as value)
    from reviewed_conditions
    where condition = 'all' or value is not null
),

met as materialized (
    select dataset, class_name, condition, value, image_id, count(*) as n from judged group by all
),

whole as (
    select dataset, class_name, condition, value, count(*) as n_images, sum(n)::bigint as n, sum(n::double * n) as nn
    from met
    group by all
),

batches as (select dataset, class_name, condition, value, count(distinct batch) as n_batches from judged group by all),

wrong as materialized (
    select
        dataset, class_name, error_kind as kind, condition, value, image_id, count(*) as k,
        list(distinct batch) as hit, max(created_at) as last_at
    from judged
    where error_kind is not null
    group by all
),

-- Images without such an error add nothing to k, kk and kn.
hits as (
    select
        dataset, class_name, kind, condition, value, sum(k)::bigint as k, sum(k::double * k) as kk,
        sum(k::double * n) as kn, len(list_distinct(flatten(list(hit)))) as n_batches_hit, max(last_at) as last_at
    from wrong
    inner join met using (dataset, class_name, condition, value, image_id)
    group by dataset, class_name, kind, condition, value
),

kinds as (select distinct dataset, class_name, kind from wrong)

select
    whole.dataset, whole.class_name, kinds.kind, whole.condition, nullif(whole.value, '') as value,
    {
        'n_images': n_images, 'k': coalesce(k, 0), 'n': n, 'kk': coalesce(kk, 0), 'kn': coalesce(kn, 0), 'nn': nn
    } as sums,
    n_batches, coalesce(n_batches_hit, 0) as n_batches_hit, last_at
from whole
inner join kinds using (dataset, class_name)
inner join batches using (dataset, class_name, condition, value)
left join hits using (dataset, class_name, kind, condition, value)
