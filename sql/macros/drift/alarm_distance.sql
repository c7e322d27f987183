-- Standard errors beyond which a point of a control chart is an alarm: 3, or more where there are many points.
--
-- Three standard errors alone sound a false alarm in one of 370 points; here it is max_drift_q() for all n points
-- together.
create or replace macro alarm_distance(n) as greatest(3e0, -normal_quantile(max_drift_q() / 2e0 / n));
