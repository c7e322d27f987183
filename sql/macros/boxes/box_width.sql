-- Width of a box in pixels.
create or replace macro box_width(a) as a.x_max::double - a.x_min::double;
