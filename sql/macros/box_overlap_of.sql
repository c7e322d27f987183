-- Share of the first box that lies inside the second, 0 to 1: the overlap with a crowd is measured so.
create or replace macro box_overlap_of(a, b) as coalesce(box_intersection(a, b) / nullif(box_area(a), 0e0), 0e0);
