-- Image files that may be in a dataset twice, at most.
create or replace macro duplicate_images_limit() as coalesce(getvariable('duplicate_images_limit'), 0)::bigint;
