-- How a box differs from another: log ratios of side length (mean), width and height, and shifts of the centre.
--
-- Shifts are relative to the geometric mean of the two widths or heights, positive to the right and down. The order is
-- that of box_components(); null where a box has no area.
create or replace macro box_offset(a, b) as
    case
        when box_area(a) > 0 and box_area(b) > 0
            then [
                ln(box_area(a) / box_area(b)) / 2,
                ln(box_width(a) / box_width(b)),
                ln(box_height(a) / box_height(b)),
                (a.x_min + a.x_max - b.x_min - b.x_max) / 2 / sqrt(box_width(a) * box_width(b)),
                (a.y_min + a.y_max - b.y_min - b.y_max) / 2 / sqrt(box_height(a) * box_height(b))
            ]
    end;
