-- Intersection over union of two boxes, 0 to 1; 0 where they do not touch, null where one is null.
create or replace macro box_iou(a, b) as
    case
        when box_area(a) + box_area(b) - box_intersection(a, b) <> 0e0
            then box_intersection(a, b) / (box_area(a) + box_area(b) - box_intersection(a, b))
        when a is not null and b is not null then 0e0
    end;
