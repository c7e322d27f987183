-- Share of false claims that is borne in an answer about drift, whose answers are read together; for charts, of alarms.
--
-- With max_q() for boxes that are off and a tenth of it for each other answer, at most one in twenty datasets in
-- which nothing drifts shows anything in any of them.
create or replace macro max_drift_q() as coalesce(getvariable('max_drift_q'), 0.005)::double;
