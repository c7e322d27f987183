-- Lower end of the interval that reaches so far to either side of a value, not below the lowest that there is.
create or replace macro interval_low(middle, reach, lowest) as
    case when middle - reach is not null then greatest(lowest, middle - reach) end;
