-- Share of gold objects and answers that annotators must get right, at least.
create or replace macro gold_accuracy_limit() as coalesce(getvariable('gold_accuracy_limit'), 0.9)::double;
