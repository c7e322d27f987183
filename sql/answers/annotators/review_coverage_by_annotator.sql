-- How much of whose work has been reviewed?
--
-- An annotation is reviewed when a review names it, or names its image or its job as a whole.
--
-- Grain: dataset, annotator
-- Columns:
--   dataset             dataset that the row belongs to
--   annotator           who drew them
--   n_annotations       annotations, gold apart
--   n_reviewed          of these, reviewed
--   reviewed_rate       n_reviewed / n_annotations
--   reviewed_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   reviewed_rate_high  upper end
--   n_targeted          of n_reviewed, drawn for review by risk alone
-- After: Wilson (1927) with a design effect, Kish (1965)
with counted as (
    select
        own.dataset,
        own.annotator as annotator,
        own.image_id,
        count(*) as n,
        count(reviewed.annotation_id) as k,
        count(*) filter (where is_targeted) as n_targeted
    from annotations as own
    left join annotation_reviews as reviewed using (dataset, annotation_id)
    where not coalesce(own.is_gold, false)
    group by all
),

summed as (
    select dataset, annotator, cluster_sums(k, n) as sums, sum(n_targeted)::bigint as n_targeted
    from counted
    group by all
)

select
    dataset,
    annotator,
    sums.n as n_annotations,
    sums.k as n_reviewed,
    rate(sums.k, sums.n) as reviewed_rate,
    clustered_low(sums) as reviewed_rate_low,
    clustered_high(sums) as reviewed_rate_high,
    n_targeted
from summed
order by dataset, reviewed_rate, n_annotations desc, annotator
