-- Who looked at each image?
--
-- An annotator who drew on an image looked at it, and so did one whose assignment is done, also without drawing.
-- Work in jobs of gold is nobody's answer.
--
-- Grain: dataset, image_id, annotator
-- Columns:
--   dataset    dataset that the row belongs to
--   image_id   image
--   annotator  who looked at it
select
    dataset,
    image_id,
    annotator
from assignments
anti join (from jobs where jobs.type = 'gold') as gold_jobs using (dataset, job)
where
    annotator is not null
    and image_id is not null
    and coalesce(assignments.status, 'completed') not in ('skipped', 'in_progress')
union
select
    dataset,
    image_id,
    annotator
from annotations
where annotator is not null and not coalesce(is_gold, false)
