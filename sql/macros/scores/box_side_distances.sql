-- Distances of the sides x_min, y_min, x_max, y_max of two boxes, over the geometric mean of their widths or heights.
--
-- Where a box is unknown or has no area, each is what the IoU lacks to 1.
create or replace macro box_side_distances(a, b, iou) as
    case
        when box_area(a) > 0 and box_area(b) > 0
            then [
                (a.x_min - b.x_min) / sqrt(box_width(a) * box_width(b)),
                (a.y_min - b.y_min) / sqrt(box_height(a) * box_height(b)),
                (a.x_max - b.x_max) / sqrt(box_width(a) * box_width(b)),
                (a.y_max - b.y_max) / sqrt(box_height(a) * box_height(b))
            ]
        else [1 - iou, 1 - iou, 1 - iou, 1 - iou]
    end;
