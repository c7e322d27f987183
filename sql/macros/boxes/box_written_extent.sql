-- Width or height that a source wrote, from two corners, which keep low + extent, rounded; null where it is lost.
--
-- It is the number of at most ten decimals that gives the same corner.
create or replace macro box_written_extent(low, high) as
    case
        when
            abs(high - low) < 200000e0
            and low + round_even((high::double - low::double) * 1e10, 0) / 1e10 = high
            then round_even((high::double - low::double) * 1e10, 0) / 1e10
    end;
