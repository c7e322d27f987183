-- Area in square pixels that two boxes share; 0 where they do not touch, null where one is null.
create or replace macro box_intersection(a, b) as
    case
        when a is not null and b is not null
            then
                greatest(0e0, least(a.x_max::double, b.x_max::double) - greatest(a.x_min::double, b.x_min::double))
                * greatest(0e0, least(a.y_max::double, b.y_max::double) - greatest(a.y_min::double, b.y_min::double))
    end;
