-- Height of a box in pixels.
create or replace macro box_height(a) as a.y_max::double - a.y_min::double;
