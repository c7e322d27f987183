-- Minutes that a reviewer needs for a suspected bad_box, with the correction.
--
-- The default is a guess to be set to your own times: drawing it took 26 s in the median, and checking it 9 s.
-- After: Su, Deng, Fei-Fei, Crowdsourcing Annotations for Visual Object Detection (2012)
create or replace macro bad_box_minutes() as coalesce(getvariable('bad_box_minutes'), 0.6)::double;
