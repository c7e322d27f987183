-- How steady is each track of a video?
--
-- Grain: dataset, video, track_id, annotator
-- Columns:
--   dataset          dataset that the row belongs to
--   video            video
--   track_id         object over the frames
--   annotator        who drew it
--   class_name       its commonest class
--   n_annotations    boxes of it
--   first_frame      frame that it begins in
--   last_frame       frame that it ends in
--   n_frames         annotated frames from its first to its last
--   completeness     of these frames, the share in which it has a box
--   n_gaps           gaps
--   n_class_changes  changes of class
--   mean_iou         mean IoU of each box with the one before; null for a single box
--   min_iou_step     smallest of these
with summed as (
    select
        dataset, video, track_id, annotator,
        mode(class_name) as class_name,
        count(*) as n_annotations,
        min(frame) as first_frame,
        max(frame) as last_frame,
        max(place) - min(place) + 1 as n_frames,
        count(distinct place) / nullif(max(place) - min(place) + 1, 0) as completeness,
        count(*) filter (where n_missing > 0) as n_gaps,
        count(*) filter (where class_name <> class_before) as n_class_changes,
        avg(iou) as mean_iou,
        min(iou) as min_iou_step
    from track_steps
    group by all
)

select dataset, video, track_id, annotator, class_name, n_annotations, first_frame, last_frame, n_frames, completeness,
    n_gaps, n_class_changes, mean_iou, min_iou_step
from summed
order by dataset, n_class_changes desc, n_gaps desc, mean_iou, video, track_id, annotator
