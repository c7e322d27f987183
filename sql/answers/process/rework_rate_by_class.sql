-- Which classes cause the most rework?
--
-- Reviews of every sampling count: this tells what work was done again, not how wrong the dataset is.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset           dataset that the row belongs to
--   class_name        class that the annotator chose; null where the annotation is gone and no event tells
--   n_units           annotations that were reviewed
--   n_reworked        of these, rejected or fixed in any round
--   rework_rate       n_reworked / n_units; null when too few were reviewed
--   rework_rate_low   lower end of the 95 % interval, adjusted for clustering in images
--   rework_rate_high  upper end
-- After: Wilson (1927) with a design effect, Kish (1965)
with counted as (
    select dataset, class_name, image_id, count(*) as n, count(*) filter (where is_wrong) as k
    from reviewed_annotations
    where judged_by in ('review', 'targeted_review')
    group by all
),

summed as (select dataset, class_name, cluster_sums(k, n) as sums from counted group by all)

select
    dataset,
    class_name,
    sums.n as n_units,
    sums.k as n_reworked,
    rate(sums.k, sums.n) as rework_rate,
    clustered_low(sums) as rework_rate_low,
    clustered_high(sums) as rework_rate_high
from summed
order by dataset, rework_rate_low desc, rework_rate desc, class_name
