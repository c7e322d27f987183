-- Decisions that a reviewer makes between a judgement and its repeat, at least: enough to have forgotten it.
create or replace macro repeat_distance() as coalesce(getvariable('repeat_distance'), 50)::double;
