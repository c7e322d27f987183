-- Images below which an annotator, batch or class has too few to tell a bias or drift from chance.
create or replace macro min_bias_images() as coalesce(getvariable('min_bias_images'), 6)::bigint;
