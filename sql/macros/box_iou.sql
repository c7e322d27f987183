-- Intersection over union of two boxes, 0 to 1; 0 where they do not touch.
create or replace macro box_iou(a, b) as
    coalesce(
        box_intersection(a, b)
        / nullif(box_area(a) + box_area(b) - box_intersection(a, b), 0e0),
        0e0
    );
