-- Suspicion below which a label is left out of the lists of suspects; 0 keeps every candidate.
--
-- The usual one is that of a label of which nothing is known: one in twenty is taken to be wrong. Meant is the
-- suspicion, whatever probability of an error the decisions so far make of it.
create or replace macro min_suspicion() as coalesce(getvariable('min_suspicion'), 0.05)::double;
