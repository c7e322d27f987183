-- Errors among `annotation_problems` that may be left, at most.
create or replace macro format_validity_limit() as coalesce(getvariable('format_validity_limit'), 0)::bigint;
