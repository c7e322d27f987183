-- Which classes have too few annotations?
--
-- Threshold: class_counts_limit(), annotations or answers, gold left out.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class
--   n           annotations, or answers
--   violation   the same in words
select dataset, class_name, n, format('{}: {} of {}', class_name, n, class_counts_limit()) as violation
from class_sizes
where n < class_counts_limit()
