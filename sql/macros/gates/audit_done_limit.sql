-- Share of what the newest random audit drew that must be judged, at least.
create or replace macro audit_done_limit() as coalesce(getvariable('audit_done_limit'), 1)::double;
