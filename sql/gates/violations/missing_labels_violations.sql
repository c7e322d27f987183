-- On which images were missing labels found, by reviewers or by gold?
--
-- Threshold: missing_labels_limit(), objects without annotation as a share of all objects.
--
-- Grain: dataset, image_id
-- Columns:
--   dataset    dataset that the row belongs to
--   image_id   image
--   n          objects that it lacks
--   violation  the same in words
with found as (
    select dataset, image_id, sum(n_errors) as n
    from label_verdicts
    where issue = 'missing_label' and is_wrong
    group by all
    union all
    select dataset, image_id, sum(n_missing) as n
    from gold_counts_by_image
    where field = 'objects' and n_missing > 0
    group by all
)

select dataset, image_id, max(n)::bigint as n, format('image {}: {} missing', image_id, max(n)::bigint) as violation
from found
group by dataset, image_id
