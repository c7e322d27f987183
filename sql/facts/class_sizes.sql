-- How many annotations, or answers about images, has each class of a dataset?
--
-- Gold is left out; a class that nobody drew has 0.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class
--   n           annotations, or answers
with used as (
    select dataset, class_name, sum(n)::bigint as n
    from (
        select dataset, class_name, n_labels as n from object_counts where not is_gold
        union all
        select dataset, class_name, 1 as n from image_labels where not coalesce(is_gold, false)
    )
    where class_name is not null
    group by all
)

select dataset, class_name, coalesce(n, 0) as n
from (select distinct dataset, class_name from classes)
full join used using (dataset, class_name)
