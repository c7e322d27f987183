-- Which points of the checklist are open?
--
-- Threshold: checklist_limit(), open points.
--
-- Grain: dataset, item
-- Columns:
--   dataset    dataset that the row belongs to
--   item       point
--   violation  the same in words
select dataset, item, format('{} {} {}', item, question, sentence) as violation
from checklist
where status = 'open'
