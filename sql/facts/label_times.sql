-- How long did each piece of work take, and how many labels came of it?
--
-- Grain: dataset, annotator, clock, place, time_id
-- Columns:
--   dataset      dataset that the row belongs to
--   annotator    whose time it is
--   clock        lead_time (of an annotation) or work (an event of that action, and the labels of its job)
--   place        image, or job for the clock work
--   time_id      annotation or event; null for the labels of a job
--   lead_time_s  seconds that it took; null for the labels of a job
--   n_labels     labels that it counts for
select dataset, annotator, 'lead_time' as clock, image_id as place, annotation_id as time_id,
    lead_time_s, 1 as n_labels
from annotations
where lead_time_s >= 0 and not coalesce(is_gold, false)
union all
select dataset, actor as annotator, 'work' as clock, job as place, event_id as time_id,
    lead_time_s, 0 as n_labels
from events
where action = 'work' and lead_time_s >= 0
union all
select dataset, annotator, 'work' as clock, job as place, null as time_id,
    null as lead_time_s, count(*) as n_labels
from annotations
semi join (from events where action = 'work' and lead_time_s >= 0) as clocked
    on
        annotations.dataset = clocked.dataset
        and annotations.job = clocked.job
        and annotations.annotator = clocked.actor
group by all
