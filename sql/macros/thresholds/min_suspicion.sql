-- Suspicion below which a label is left out of the answers on suspects; 0 keeps every candidate.
create or replace macro min_suspicion() as coalesce(getvariable('min_suspicion'), 0)::double;
