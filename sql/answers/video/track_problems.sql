-- Where do tracks of a video break?
--
-- A jump is a step without overlap by more than the object's size, where the track's other steps overlap as a rule. A
-- gap may be an object that was hidden for a while.
--
-- Grain: dataset, video, track_id, annotator, annotation_id, problem
-- Columns:
--   dataset        dataset that the row belongs to
--   severity       error (cannot be one object), warning or note
--   problem        class_change, two_boxes (in one frame), jump, gap or single_frame
--   video          video
--   track_id       object over the frames
--   annotator      who drew it
--   image_id       frame as an image
--   frame          its number in the video
--   annotation_id  annotation at which it shows
--   value          frames missing of a gap, sizes moved of a jump
--   detail         the same in words
with steps as materialized (
    select *, count(*) over track as n_boxes, median(iou) over track as usual_iou
    from track_steps
    window track as (partition by dataset, video, track_id, annotator)
),

found as (
    select dataset, video, track_id, annotator, image_id, frame, annotation_id, unnest([
        case
            when class_name <> class_before
                then track_problem('class_change', 'error', null, class_before || ' becomes ' || class_name)
        end,
        case when n_missing = -1 then track_problem('two_boxes', 'error', null, 'two boxes in one frame') end,
        case
            when n_missing >= 0 and moved > 1 and iou = 0 and usual_iou > 0.3
                then track_problem('jump', 'error', moved, 'moves by ' || round(moved, 1) || ' times its size')
        end,
        case when n_missing > 0 then track_problem('gap', 'note', n_missing, n_missing || ' frames missing') end,
        case when n_boxes = 1 then track_problem('single_frame', 'warning', null, 'in one frame alone') end
    ]) as told
    from steps
)

select dataset, told.severity as severity, told.problem as problem, video, track_id, annotator, image_id, frame,
    annotation_id, told.value as value, told.detail as detail
from found
where told is not null
order by dataset, severity, problem, video, track_id, annotator, frame, annotation_id
