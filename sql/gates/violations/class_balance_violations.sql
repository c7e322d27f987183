-- Which classes are too small beside the largest?
--
-- Threshold: class_balance_limit(), times that the largest class is larger. A class that nobody drew is one of
-- class_counts_violations instead.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class
--   n           annotations, or answers
--   value       times that the largest class is larger
--   violation   the same in words
with compared as (
    select dataset, class_name, n, max(n) over (partition by dataset) / nullif(n, 0)::double as value
    from class_sizes
)

select dataset, class_name, n, value,
    format('{}: {} annotations, the largest class has {:.0f} times as many', class_name, n, value) as violation
from compared
where value > class_balance_limit()
