-- How many attempts did each job take, and where is it now?
--
-- Most attempts first. From the events submit, accept, reject and fix of a job, or of an image where no job is named.
--
-- Grain: dataset, place
-- Columns:
--   dataset           dataset that the row belongs to
--   place             job, or image where no job is named
--   batch             batch of the job, or of the image
--   assignee          whose job it is
--   n_attempts        times that it was submitted
--   n_rejections      times that it was sent back
--   stage             annotation, review or rework where it is open, else accepted
--   annotation_hours  hours until it was submitted first
--   review_hours      hours in review
--   rework_hours      hours of doing it again
select
    spells.dataset,
    spells.place,
    any_value(coalesce(jobs.batch, images.batch)) as batch,
    any_value(jobs.assignee) as assignee,
    count(*) filter (where spells.stage = 'review') as n_attempts,
    count(*) filter (where spells.stage = 'rework') as n_rejections,
    coalesce(any_value(spells.stage) filter (where ended_at is null), 'accepted') as stage,
    sum(hours) filter (where spells.stage = 'annotation') as annotation_hours,
    sum(hours) filter (where spells.stage = 'review') as review_hours,
    sum(hours) filter (where spells.stage = 'rework') as rework_hours
from stage_spells as spells
left join jobs on spells.dataset = jobs.dataset and spells.place = jobs.job
left join images on spells.dataset = images.dataset and spells.place = images.image_id
group by spells.dataset, spells.place
order by spells.dataset, n_attempts desc, n_rejections desc, spells.place
