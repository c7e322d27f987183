-- Area of a box in square pixels.
create or replace macro box_area(a) as (a.x_max::double - a.x_min::double) * (a.y_max::double - a.y_min::double);
