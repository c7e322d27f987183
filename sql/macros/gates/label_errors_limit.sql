-- Share of annotations that may be wrong, at most, as a random audit estimates it.
create or replace macro label_errors_limit() as coalesce(getvariable('label_errors_limit'), 0.02)::double;
