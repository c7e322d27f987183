-- How many annotations share an image: 1-4, 5-9, 10-19 or 20+.
create or replace macro crowding_name(n) as
    case when n < 5 then '1-4' when n < 10 then '5-9' when n < 20 then '10-19' when n >= 20 then '20+' end;
