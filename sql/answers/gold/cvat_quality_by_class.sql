-- How good is each class by CVAT's own way of counting?
--
-- Sums over all jobs, as in CVAT's report of a task. Its accuracy of a class counts all other objects as right, so it
-- is near 1 for rare classes whatever their labels are like: read jaccard instead.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset         dataset that the row belongs to
--   class_name      class
--   jaccard         n_valid / n_either
--   jaccard_low     lower end of its 95 % interval, adjusted for clustering of objects in images
--   jaccard_high    upper end
--   n_valid         pairs of which both are of the class
--   n_either        objects that are of the class by gold, by the annotator or both
--   precision       n_valid / n_annotations
--   n_annotations   annotations of the class on images with gold
--   recall          n_valid / n_gold
--   n_gold          gold objects of the class
--   class_accuracy  (n_total - objects that are of the class on one side only) / n_total: CVAT's
--   n_total         pairs, missing and extra ones of all classes
with sided as (
    select
        *,
        unnest(list_distinct(list_filter([class_name, gold_class_name], lambda name: name is not null))) as of_class
    from cvat_outcomes
),

counted as (
    select
        dataset,
        of_class,
        image_id,
        count(*) filter (where outcome = 'valid') as n_valid,
        count(*) as n_either,
        count(*) filter (where class_name = of_class) as n_annotations,
        count(*) filter (where gold_class_name = of_class) as n_gold
    from sided
    group by all
),

summed as (
    select
        dataset,
        of_class,
        cluster_sums(n_valid, n_either) as sums,
        sum(n_annotations)::bigint as n_annotations,
        sum(n_gold)::bigint as n_gold
    from counted
    group by all
),

totals as (select dataset, count(*) as n_total from cvat_outcomes group by dataset)

select
    dataset,
    of_class as class_name,
    rate(sums.k, sums.n) as jaccard,
    clustered_low(sums) as jaccard_low,
    clustered_high(sums) as jaccard_high,
    sums.k as n_valid,
    sums.n as n_either,
    rate(sums.k, n_annotations) as precision,
    n_annotations,
    rate(sums.k, n_gold) as recall,
    n_gold,
    (n_total - sums.n + sums.k) / n_total as class_accuracy,
    n_total
from summed
inner join totals using (dataset)
order by dataset, jaccard nulls last, class_name
