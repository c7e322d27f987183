-- Cells of `coverage` that may hold less than they must, at most.
create or replace macro coverage_limit() as coalesce(getvariable('coverage_limit'), 0)::bigint;
