-- Annotations, or answers, that each class must have, at least.
create or replace macro class_counts_limit() as coalesce(getvariable('class_counts_limit'), 10)::bigint;
