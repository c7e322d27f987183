-- How good is what annotators mean together, by each way of finding it?
--
-- By gold, where there is some on images that several annotators looked at; a merged object that gold lacks, and gold
-- that no merged object meets, count as errors. Compare with gold_accuracy_by_annotator: is one annotator as good?
--
-- Grain: dataset, field, method
-- Columns:
--   dataset             dataset that the row belongs to
--   field               objects, or the question that was answered about the image
--   method              majority, weighted or, for answers, dawid_skene
--   n_units             objects that more than half drew, or images answered
--   mean_share          mean share of the annotators (by weight, or probability) for the class that is chosen
--   gold_accuracy       n_correct / n_judged; null without gold
--   gold_accuracy_low   lower end of its 95 % interval, adjusted for clustering of objects in images
--   gold_accuracy_high  upper end
--   n_correct           objects, or answers, with the class of gold
--   n_judged            correct, wrong, missing and extra ones together
-- After: Wilson (1927) with a design effect, Kish (1965)
with outcomes as materialized (from gold_outcomes),

chosen as (
    select dataset, 'objects' as field, image_id, annotation_id,
        unnest(['majority', 'weighted']) as method, unnest([class_name, weighted_class]) as class_name,
        unnest([n_for / n_votes, weighted_share]) as share
    from merged_objects
    where 2 * n_votes > n_annotators
    union all by name
    select dataset, field, image_id, unnest(['majority', 'weighted', 'dawid_skene']) as method,
        unnest([class_name, weighted_class, dawid_skene_class]) as class_name,
        unnest([n_for / n_annotators, weighted_share, probability]) as share
    from consensus_answers
),

told as materialized (
    select chosen.*, coalesce(met.gold_class_name, answer.class_name) as gold_class_name, gold_annotation_id
    from chosen
    left join (
        select dataset, annotation_id, gold_annotation_id, gold_class_name
        from outcomes
        where gold_annotation_id is not null and annotation_id is not null
    ) as met using (dataset, annotation_id)
    left join gold_answers as answer using (dataset, field, image_id)
    where chosen.class_name is not null
),

golden as materialized (select distinct dataset, field, image_id, gold_annotation_id from outcomes),

judged as (
    select dataset, field, method, image_id, (class_name = gold_class_name)::integer as k, 1 as n
    from told
    semi join golden using (dataset, field, image_id)
    union all
    select dataset, field, method, image_id, 0 as k, 1 as n
    from (from golden where field = 'objects' and gold_annotation_id is not null)
    semi join shared_images using (dataset, image_id)
    cross join (select unnest(['majority', 'weighted']) as method)
    anti join (from told where field = 'objects') as found using (dataset, gold_annotation_id)
),

by_image as (
    select dataset, field, method, image_id, coalesce(sum(k), 0) as k, sum(n) as n from judged group by all
),

summed as (select dataset, field, method, cluster_sums(k, n) as sums from by_image group by all)

select
    told.dataset, told.field, told.method,
    count(*) as n_units,
    avg(share) as mean_share,
    any_value(rate(sums.k, sums.n)) as gold_accuracy,
    any_value(clustered_low(sums)) as gold_accuracy_low,
    any_value(clustered_high(sums)) as gold_accuracy_high,
    any_value(sums.k) as n_correct,
    any_value(sums.n) as n_judged
from told
left join summed using (dataset, field, method)
group by told.dataset, told.field, told.method
order by told.dataset, told.field, told.method
