-- Share of the first box that lies inside the second, 0 to 1; null where one is null or the first has no area.
create or replace macro box_overlap_of(a, b) as box_intersection(a, b) / nullif(box_area(a), 0e0);
