-- Minutes that a reviewer needs for a suspected wrong_class, with the correction.
--
-- The default is a guess to be set to your own times: checking took 9 s; choosing is our estimate.
-- After: Su, Deng, Fei-Fei, Crowdsourcing Annotations for Visual Object Detection (2012)
create or replace macro wrong_class_minutes() as coalesce(getvariable('wrong_class_minutes'), 0.25)::double;
