-- Times that the largest class may be larger than the smallest, at most.
create or replace macro class_balance_limit() as coalesce(getvariable('class_balance_limit'), 100)::double;
