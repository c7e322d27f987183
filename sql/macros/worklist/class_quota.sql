-- Share of the worklist up to which suspects of one class come before all others that are within theirs.
create or replace macro class_quota() as coalesce(getvariable('class_quota'), 0.25)::double;
