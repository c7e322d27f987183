-- Suspects that are probably errors from which they are called a cause.
create or replace macro min_cause_size() as coalesce(getvariable('min_cause_size'), 3)::bigint;
