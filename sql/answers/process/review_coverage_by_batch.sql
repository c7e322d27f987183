-- How much of which batch has been reviewed?
--
-- An annotation is reviewed when a review names it, or names its image or its job as a whole.
--
-- Grain: dataset, batch
-- Columns:
--   dataset             dataset that the row belongs to
--   batch               batch of the annotation, else of its job, else of its image
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
        coalesce(own.batch, jobs.batch, images.batch) as batch,
        own.image_id,
        count(*) as n,
        count(reviewed.annotation_id) as k,
        count(*) filter (where is_targeted) as n_targeted
    from annotations as own
    left join annotation_reviews as reviewed using (dataset, annotation_id)
    left join jobs on own.dataset = jobs.dataset and own.job = jobs.job
    left join images on own.dataset = images.dataset and own.image_id = images.image_id
    where not coalesce(own.is_gold, false)
    group by all
),

summed as (
    select dataset, batch, cluster_sums(k, n) as sums, sum(n_targeted)::bigint as n_targeted
    from counted
    group by all
)

select
    dataset,
    batch,
    sums.n as n_annotations,
    sums.k as n_reviewed,
    rate(sums.k, sums.n) as reviewed_rate,
    clustered_low(sums) as reviewed_rate_low,
    clustered_high(sums) as reviewed_rate_high,
    n_targeted
from summed
order by dataset, reviewed_rate, n_annotations desc, batch
