-- Which cells of classes, sizes, occlusions, splits and conditions hold too little?
--
-- Threshold: coverage_limit(), cells that hold less than `[[coverage]]` of labelduck.toml asks for.
--
-- Grain: dataset, class_name, dimension, value
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class
--   dimension   split, size, occlusion, tag, any or the name of an attribute
--   value       value of the dimension
--   n           annotations of the cell
--   violation   the same in words
select dataset, class_name, dimension, value, n_annotations as n,
    format('{} with {} {}: {} of {}', class_name, dimension, value, n_annotations, n_required) as violation
from coverage
where not is_covered and dimension in (select dimension from coverage_rule_rows)
