-- How does each object of a video move from one frame to the next that is annotated?
--
-- Frames count by their place among the annotated frames of the video, so that every tenth frame is no gap.
--
-- Grain: dataset, track_id, video, annotator, annotation_id
-- Columns:
--   dataset          dataset that the row belongs to
--   video            video
--   track_id         object over the frames
--   annotator        who drew it
--   annotation_id    annotation
--   image_id         frame as an image
--   frame            its number in the video
--   place            its place among the annotated frames of the video
--   class_name       class that the annotator chose
--   class_before     class in the frame before of the track; null in its first
--   n_missing        annotated frames between the two in which the track is absent; -1 when both are one frame
--   iou              IoU with the box before
--   moved            distance of the centres, in sizes (root of the mean area) of the two boxes
with tracked as (select distinct dataset from annotations where track_id is not null),

annotated as (select distinct dataset, image_id from annotations semi join tracked using (dataset)),

frames as (
    select dataset, image_id, coalesce(video, '') as video, frame,
        dense_rank() over (partition by dataset, coalesce(video, '') order by frame) as place
    from images
    semi join annotated using (dataset, image_id)
    where frame is not null
),

stepped as (
    select
        dataset, video, track_id, annotator, annotation_id, image_id, frame, place, class_name, box,
        lag(class_name) over track as class_before,
        place - lag(place) over track - 1 as n_missing,
        lag(box) over track as box_before
    from annotations
    inner join frames using (dataset, image_id)
    where track_id is not null and not coalesce(is_gold, false)
    window track as (partition by dataset, video, track_id, annotator order by place, annotation_id)
)

select
    dataset, video, track_id, annotator, annotation_id, image_id, frame, place, class_name, class_before, n_missing,
    box_iou(box, box_before) as iou,
    sqrt(
        power(box.x_min + box.x_max - box_before.x_min - box_before.x_max, 2)
        + power(box.y_min + box.y_max - box_before.y_min - box_before.y_max, 2)
    ) / 2 / nullif(sqrt((box_area(box) + box_area(box_before)) / 2), 0) as moved
from stepped
