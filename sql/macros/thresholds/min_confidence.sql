-- Confidence below which a prediction is left out of the answers; 0 keeps all, as the COCO metrics do.
create or replace macro min_confidence() as coalesce(getvariable('min_confidence'), 0)::double;
