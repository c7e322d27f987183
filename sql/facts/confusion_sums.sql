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
with judged as materialized (from judged_classes),

objects as materialized (
    select dataset, judged_by, annotator, image_id, true_class, sum(n) as n from judged group by all
),

met as (
    select
        dataset, judged_by, annotator, true_class, count(*) as n_images, sum(n)::bigint as n, sum(n::double * n) as nn
    from objects
    group by all
),

-- Images where a class was not given add nothing to k, kk and kn.
given as (
    select
        judged.dataset, judged.judged_by, judged.annotator, judged.true_class, class_name, sum(judged.n)::bigint as k,
        sum(judged.n::double * judged.n) as kk, sum(judged.n::double * objects.n) as kn
    from judged
    inner join objects
        on
            judged.dataset = objects.dataset and judged.judged_by = objects.judged_by
            and judged.annotator is not distinct from objects.annotator and judged.image_id = objects.image_id
            and judged.true_class = objects.true_class
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
