-- Confidence from which ObjectLab believes a prediction when it looks for overlooked and swapped boxes.
create or replace macro objectlab_confidence() as coalesce(getvariable('objectlab_confidence'), 0.95)::double;
