-- Which tracks cannot be one object?
--
-- Threshold: broken_tracks_limit(), tracks that change class, have two boxes in a frame, or jump.
--
-- Grain: dataset, video, track_id, annotator
-- Columns:
--   dataset    dataset that the row belongs to
--   video      video
--   track_id   object over the frames
--   annotator  who drew it
--   n          errors in it
--   violation  the same in words
select dataset, video, track_id, annotator, count(*) as n,
    format('track {} of {}, frame {}: {}', track_id, video, min(frame), min_by(detail, (frame, detail))) as violation
from track_problems
where severity = 'error'
group by dataset, video, track_id, annotator
