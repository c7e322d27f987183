-- Log odds of a suspicion as error_calibration reads them: held within 6, beyond which no review can tell them apart.
create or replace macro suspicion_log_odds(suspicion) as greatest(-6e0, least(6e0, log_odds(suspicion)));
