-- Standard errors beyond which a point of a control chart is an alarm: 3, or more where there are many points.
--
-- Three standard errors alone sound a false alarm in one of 370 points; here it is 5 % for all n points together.
create or replace macro alarm_distance(n) as greatest(3e0, -normal_quantile(0.025e0 / n));
