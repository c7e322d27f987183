-- Probability of an error from which a suspect counts towards a cause.
create or replace macro probable_error() as coalesce(getvariable('probable_error'), 0.5)::double;
