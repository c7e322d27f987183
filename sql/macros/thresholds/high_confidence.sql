-- Confidence from which a model is called sure of itself.
create or replace macro high_confidence() as coalesce(getvariable('high_confidence'), 0.5)::double;
