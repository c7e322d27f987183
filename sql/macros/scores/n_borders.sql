-- How many sides of an image a box touches, to within a hundredth of its size; 0 where the size is not known.
create or replace macro n_borders(a, width, height) as
    coalesce((a.x_min < 1e-2 * width)::integer + (a.x_max > 0.99e0 * width)::integer, 0)
    + coalesce((a.y_min < 1e-2 * height)::integer + (a.y_max > 0.99e0 * height)::integer, 0);
