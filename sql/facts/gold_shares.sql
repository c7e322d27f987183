-- Of what annotators did on gold, how much is right, and how much is missing?
--
-- Grain: dataset, gate
-- Columns:
--   dataset     dataset that the row belongs to
--   gate        gold_accuracy (correct of all) or missing_labels (of gold objects)
--   value       the share
--   value_low   lower end of its 95 % interval, adjusted for clustering of objects in images
--   value_high  upper end
--   n           objects or answers that were judged
with by_image as materialized (from gold_counts_by_image),

summed as (
    select dataset, 'gold_accuracy' as gate,
        cluster_sums(n_correct, n_correct + n_wrong_class + n_missing + n_extra) as sums
    from by_image
    group by dataset
    union all
    select dataset, 'missing_labels' as gate, cluster_sums(n_missing, n_correct + n_wrong_class + n_missing) as sums
    from by_image
    where field = 'objects'
    group by dataset
)

select dataset, gate, sums.k / nullif(sums.n, 0) as value, clustered_low(sums) as value_low,
    clustered_high(sums) as value_high, sums.n as n
from summed
where sums.n > 0
