-- Log odds of a probability that is never taken for quite sure: it is held between 1 and 99 in 100 without a step.
create or replace macro soft_log_odds(p) as log_odds(0.98e0 * p + 0.01e0);
