-- Annotations below which a class or group has too few to judge: its rates are null.
create or replace macro min_annotations() as coalesce(getvariable('min_annotations'), 1)::bigint;
