-- Images that may be in a later split though an earlier one shows them, at most.
create or replace macro split_leaks_limit() as coalesce(getvariable('split_leaks_limit'), 0)::bigint;
