-- Whether two boxes share more than a line.
create or replace macro boxes_meet(a, b) as
    a.x_min < b.x_max and b.x_min < a.x_max and a.y_min < b.y_max and b.y_min < a.y_max;
