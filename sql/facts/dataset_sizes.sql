-- How large is each dataset?
--
-- Grain: dataset
-- Columns:
--   dataset        dataset that the row belongs to
--   n_images       images that are not marked as never looked at
--   n_annotations  annotations and answers about images, gold left out
with pictures as (
    select dataset, count(*) filter (where coalesce(is_annotated, true)) as n_images
    from images
    group by all
),

told as (
    select dataset, sum(n)::bigint as n_annotations
    from (
        select dataset, n_labels as n from object_counts where not is_gold
        union all
        select dataset, 1 as n from image_labels where not coalesce(is_gold, false)
    )
    group by all
)

select dataset, coalesce(n_images, 0) as n_images, coalesce(n_annotations, 0) as n_annotations
from pictures
full join told using (dataset)
