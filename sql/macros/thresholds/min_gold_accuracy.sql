-- Accuracy on gold from which work passes; 0.7 is CVAT's default.
create or replace macro min_gold_accuracy() as coalesce(getvariable('min_gold_accuracy'), 0.7)::double;
