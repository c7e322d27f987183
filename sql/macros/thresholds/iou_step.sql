-- Number of the step of min_iou(): 0 for 0.5, 1 for 0.55, ... 9 for 0.95; another value is refused.
create or replace macro iou_step() as
    case
        when min_iou() between 0.499e0 and 0.951e0 and abs(min_iou() * 20 - round(min_iou() * 20)) < 1e-6
            then round(min_iou() * 20)::integer - 10
        else error(
            'min_iou = ' || min_iou() || ': views know 0.5, 0.55, ... 0.95; match_boxes(min_iou := ...) takes any'
        )
    end;
