-- Whether two boxes are the same to a human: no side differs by half a pixel; a box that is null is like any.
create or replace macro same_box(a, b) as
    coalesce(
        greatest(
            abs(a.x_min - b.x_min), abs(a.y_min - b.y_min), abs(a.x_max - b.x_max), abs(a.y_max - b.y_max)
        ) < 0.5,
        true
    );
