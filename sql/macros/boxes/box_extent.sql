-- Width or height as the source wrote it, from two corners; their difference where that is lost.
create or replace macro box_extent(low, high) as
    coalesce(box_written_extent(low, high), high::double - low::double);
