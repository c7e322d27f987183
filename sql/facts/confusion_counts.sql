-- How many objects of each class did each annotator meet, and how many of them got which class, by image?
--
-- What is right is counted first, which needs no look into the image; only images where something is confused are
-- joined with what is right there.
--
-- Grain: dataset, judged_by, annotator, true_class, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   judged_by   gold, review or suspicion
--   annotator   who drew the objects
--   true_class  class by gold, reviewer or model
--   class_name  class that the annotator gave such objects, and in any case true_class
--   n_images    images with objects of true_class; null where class_name is another
--   n           such objects; null likewise
--   nn          sum over images of n squared; null likewise
--   k           objects of true_class called class_name; null for none
--   kk          sum over images of k squared
--   kn          sum over images of k times n
with judged as materialized (from judged_classes),

moved as (
    select
        dataset, judged_by, annotator, image_id, true_class, sum(n) as n_moved,
        list({ 'class_name': class_name, 'k': n }) as others
    from judged
    where class_name <> true_class
    group by all
),

mixed as materialized (
    select moved.*, coalesce(kept.n, 0) as n_kept
    from moved
    left join judged as kept
        on
            moved.dataset = kept.dataset and moved.judged_by = kept.judged_by and moved.image_id = kept.image_id
            and moved.annotator is not distinct from kept.annotator and moved.true_class = kept.true_class
            and kept.true_class = kept.class_name
),

counted as (
    select
        dataset, judged_by, annotator, true_class, class_name, count(*) as n_images, sum(n) as n, sum(n * n) as nn,
        sum(n) as k, sum(n * n) as kk, sum(n * n) as kn
    from judged
    where class_name = true_class
    group by all
    union all by name
    select
        dataset, judged_by, annotator, true_class, true_class as class_name,
        count(*) filter (where n_kept = 0) as n_images, sum(n_moved) as n,
        sum(n_moved * (2 * n_kept + n_moved)) as nn, sum(n_kept * n_moved) as kn
    from mixed
    group by all
    union all by name
    select
        dataset, judged_by, annotator, true_class, other.class_name, sum(other.k) as k, sum(other.k * other.k) as kk,
        sum(other.k * (n_kept + n_moved)) as kn
    from (select *, unnest(others) as other from mixed)
    group by all
)

select
    dataset, judged_by, annotator, true_class, class_name, sum(n_images)::bigint as n_images,
    sum(n)::bigint as n, sum(nn) as nn, sum(k)::bigint as k, sum(kk) as kk, sum(kn) as kn
from counted
group by all
