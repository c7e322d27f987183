-- Upper end of the interval that reaches so far to either side of a value that is at most 1.
create or replace macro interval_high(middle, reach) as
    case when middle + reach is not null then least(1, middle + reach) end;
