-- Share of wrong labels that may remain: reviewing stops when the upper bound of what remains lies below.
create or replace macro max_error_rate() as coalesce(getvariable('max_error_rate'), 0.01)::double;
