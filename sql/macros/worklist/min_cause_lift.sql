-- How many times as many suspects as expected are called a cause.
create or replace macro min_cause_lift() as coalesce(getvariable('min_cause_lift'), 2)::double;
