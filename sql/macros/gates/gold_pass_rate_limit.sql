-- Share of annotators who must reach gold_accuracy_limit() themselves, at least.
create or replace macro gold_pass_rate_limit() as coalesce(getvariable('gold_pass_rate_limit'), 0.9)::double;
