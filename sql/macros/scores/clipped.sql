-- A number held between 0 and 1.
create or replace macro clipped(x) as greatest(0e0, least(1e0, x));
