-- What do annotators take each gold object for?
--
-- Grain: dataset, field, annotator, gold_class_name, class_name
-- Columns:
--   dataset          dataset that the row belongs to
--   field            objects, or the question that was answered about the image
--   annotator        annotator
--   gold_class_name  class by gold; background for an annotation that gold does not know
--   class_name       class that the annotator chose; background for a gold object that is missing
--   n                objects, or answers
--   n_gold           gold objects of the class that the annotator looked at; null for background
--   gold_rate        n / n_gold
--   gold_rate_low    lower end of its 95 % interval, adjusted for clustering of objects in images
--   gold_rate_high   upper end
with counted as (
    select
        dataset,
        field,
        annotator,
        image_id,
        coalesce(gold_class_name, 'background') as gold_class_name,
        coalesce(class_name, 'background') as class_name,
        count(*) as n
    from gold_outcomes
    group by all
),

cells as (
    select distinct dataset, field, annotator, gold_class_name, class_name
    from counted
),

totals as (
    select dataset, field, annotator, image_id, gold_class_name, sum(n)::bigint as n_gold
    from counted
    group by all
),

summed as (
    select
        dataset,
        field,
        annotator,
        gold_class_name,
        class_name,
        cluster_sums(coalesce(n, 0), n_gold) as judged
    from cells
    inner join totals using (dataset, field, annotator, gold_class_name)
    left join counted using (dataset, field, annotator, gold_class_name, class_name, image_id)
    group by all
)

select
    dataset,
    field,
    annotator,
    gold_class_name,
    class_name,
    judged.k as n,
    case when gold_class_name <> 'background' then judged.n end as n_gold,
    case when gold_class_name <> 'background' then rate(judged.k, judged.n) end as gold_rate,
    case when gold_class_name <> 'background' then clustered_low(judged) end as gold_rate_low,
    case when gold_class_name <> 'background' then clustered_high(judged) end as gold_rate_high
from summed
order by dataset, field, annotator, gold_class_name = class_name, n desc, gold_class_name, class_name
