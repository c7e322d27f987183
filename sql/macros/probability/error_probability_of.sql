-- Probability that a suspect is an error, by the curve that `error_calibration` fitted to what reviewers decided.
--
-- Without one (shift and slope null) it is the suspicion itself, which takes one label in twenty to be wrong.
create or replace macro error_probability_of(suspicion, shift, slope) as
    case
        when slope is null then suspicion
        else logistic(shift + slope * suspicion_log_odds(suspicion))
    end;
