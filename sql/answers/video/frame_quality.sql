-- In which frames of a video do objects appear, vanish or jump?
--
-- Grain: dataset, video, frame
-- Columns:
--   dataset      dataset that the row belongs to
--   video        video
--   frame        frame number in the video
--   n_objects    boxes of tracks in the frame
--   n_born       tracks that begin in it
--   n_ended      tracks that end in it
--   n_back       tracks that come back after a gap
--   n_problems   errors of `track_problems` in it
--   mean_iou     mean IoU of its boxes with those of the frame before
with ends as (
    select *, max(place) over (partition by dataset, video, track_id, annotator) as last_place
    from track_steps
),

errors as (
    select dataset, video, frame, count(*) as n_problems
    from track_problems
    where severity = 'error'
    group by all
),

counted as (
    select
        dataset, video, frame,
        count(*) as n_objects,
        count(*) filter (where n_missing is null) as n_born,
        count(*) filter (where place = last_place) as n_ended,
        count(*) filter (where n_missing > 0) as n_back,
        avg(iou) as mean_iou
    from ends
    group by all
)

select dataset, video, frame, n_objects, n_born, n_ended, n_back, coalesce(n_problems, 0) as n_problems, mean_iou
from counted
left join errors using (dataset, video, frame)
order by dataset, video, frame
