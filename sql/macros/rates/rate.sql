-- k / n, 0 to 1; null where n is less than min_annotations().
create or replace macro rate(k, n) as case when n >= min_annotations() then k::double / nullif(n, 0) end;
