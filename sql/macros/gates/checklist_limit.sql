-- Items of `checklist` that may be open, at most.
create or replace macro checklist_limit() as coalesce(getvariable('checklist_limit'), 0)::bigint;
