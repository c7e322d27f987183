-- Log odds that an image's class is wrong, by one model.
--
-- The less probable the class beside what is usual for it, and the surer the model is of another one, the more.
-- Differences far below 1 in 10,000 say nothing. 50 to 50 gives the usual odds, one error in twenty.
create or replace macro label_log_odds(self_confidence, usual_confidence, other_confidence) as
    -ln((self_confidence + 1e-4) / usual_confidence)
    - 0.75e0 * ln(greatest(0e0, 1 - coalesce(other_confidence, 0e0)) + 1e-4)
    - 4;
