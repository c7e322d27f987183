-- Images that a version needs to be judged at all, at least.
create or replace macro minimum_size_limit() as coalesce(getvariable('minimum_size_limit'), 20)::bigint;
