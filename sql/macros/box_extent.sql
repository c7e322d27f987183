-- Width or height as the source wrote it, from two corners, which keep low + extent, rounded.
--
-- Where that rounding lost digits, it is the number of at most ten decimals that gives the same corner: so overlaps
-- equal those of boxes as COCO files hold them, to the last bit.
create or replace macro box_extent(low, high) as
    case
        when
            abs(high - low) < 200000e0
            and low + round_even((high::double - low::double) * 1e10, 0) / 1e10 = high
            then round_even((high::double - low::double) * 1e10, 0) / 1e10
        else high::double - low::double
    end;
