-- IoU from which a prediction counts as right; `set variable min_iou = 0.75` changes every view at once.
--
-- The build keeps what each prediction is at 0.5, 0.55, ... 0.95; views refuse another value. `match_boxes` takes any.
create or replace macro min_iou() as coalesce(getvariable('min_iou'), 0.5)::double;
