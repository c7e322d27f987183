-- Size of a box in eight steps, by the square root of its area: 0 below 16 pixels, then 24, 32, 48, 64, 96, 144, more.
create or replace macro size_bin(a) as
    case
        when box_area(a) < 256 then 0
        when box_area(a) < 576 then 1
        when box_area(a) < 1024 then 2
        when box_area(a) < 2304 then 3
        when box_area(a) < 4096 then 4
        when box_area(a) < 9216 then 5
        when box_area(a) < 20736 then 6
        else 7
    end;
