-- How large is each dataset, and which version of it is current?
--
-- Grain: dataset
-- Columns:
--   dataset        dataset that the row belongs to
--   version        newest version; null where none is recorded
--   n_images       images that are not marked as never looked at
--   n_annotations  annotations and answers about images, gold left out
with pictures as (
    select dataset, count(*) filter (where coalesce(is_annotated, true)) as n_images
    from images
    group by all
),

told as (
    select dataset, count(*) as n_annotations
    from (
        select dataset from annotations where not coalesce(is_gold, false)
        union all
        select dataset from image_labels where not coalesce(is_gold, false)
    )
    group by all
),

heads as (select dataset, max(version) as version from versions group by all)

select dataset, version, coalesce(n_images, 0) as n_images, coalesce(n_annotations, 0) as n_annotations
from pictures
full join told using (dataset)
left join heads using (dataset)
