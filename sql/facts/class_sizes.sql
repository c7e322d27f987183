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
    select dataset, class_name, count(*) as n
    from (
        select dataset, class_name from annotations where not coalesce(is_gold, false)
        union all
        select dataset, class_name from image_labels where not coalesce(is_gold, false)
    )
    where class_name is not null
    group by all
)

select dataset, class_name, coalesce(n, 0) as n
from (select distinct dataset, class_name from classes)
full join used using (dataset, class_name)
