-- How often does each annotator give each class to objects of each class, by image?
--
-- Grain: dataset, judged_by, annotator, true_class, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   judged_by   gold, review or suspicion
--   annotator   who drew the objects
--   true_class  class by gold, reviewer or model
--   class_name  class that somebody gave such objects, right or wrong
--   sums        what cluster_sums gives: objects of true_class by image, and those called class_name
with objects as materialized (
    select
        dataset, judged_by, annotator, image_id, true_class, sum(n)::double as n,
        list({ 'class_name': class_name, 'k': n }) filter (where class_name <> true_class) as others
    from judged_classes
    group by all
),

met as (
    select
        dataset, judged_by, annotator, true_class, count(*) as n_images, sum(n)::bigint as n, sum(n * n) as nn
    from objects
    group by all
),

-- Images where a class was not given add nothing to k, kk and kn.
given as (
    select
        dataset, judged_by, annotator, true_class, class_name, sum(k)::bigint as k, sum(k * k) as kk, sum(k * n) as kn
    from (
        select
            * exclude (others), true_class as class_name,
            n - coalesce(list_sum(list_transform(others, lambda other: other.k)), 0) as k
        from objects
        union all
        select dataset, judged_by, annotator, image_id, true_class, n, other.class_name, sum(other.k)::double as k
        from (select *, unnest(others) as other from objects where others is not null)
        group by all
    )
    where k > 0
    group by all
),

known as (select distinct dataset, judged_by, true_class, class_name from given)

select
    met.dataset, met.judged_by, met.annotator, met.true_class, known.class_name,
    {
        'n_images': n_images, 'k': coalesce(k, 0), 'n': n, 'kk': coalesce(kk, 0), 'kn': coalesce(kn, 0), 'nn': nn
    } as sums
from met
inner join known using (dataset, judged_by, true_class)
left join given
    on
        met.dataset = given.dataset and met.judged_by = given.judged_by
        and met.annotator is not distinct from given.annotator and met.true_class = given.true_class
        and known.class_name = given.class_name
