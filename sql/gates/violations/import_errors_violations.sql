-- Which records did the imports of what is current leave out?
--
-- Threshold: import_errors_limit(), records of severity error.
--
-- Grain: dataset, import_id, source_file, location, problem
-- Columns:
--   dataset      dataset that the row belongs to
--   import_id    import run
--   source_file  file of the record
--   location     place in the file
--   problem      what is wrong
--   n            records of which this is said
--   violation    the same in words
select dataset, import_id, source_file, location, problem, count(*) as n,
    concat_ws(': ', source_file, location, problem) as violation
from import_problems
where severity = 'error'
group by all
