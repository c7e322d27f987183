-- Minutes that a reviewer needs for a suspected extra_label, with the correction.
--
-- The default is a guess to be set to your own times: checking took 9 s in the median; deleting is our estimate.
-- After: Su, Deng, Fei-Fei, Crowdsourcing Annotations for Visual Object Detection (2012)
create or replace macro extra_label_minutes() as coalesce(getvariable('extra_label_minutes'), 0.2)::double;
