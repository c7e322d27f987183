-- Records that the imports may have left out, at most.
create or replace macro import_errors_limit() as coalesce(getvariable('import_errors_limit'), 0)::bigint;
