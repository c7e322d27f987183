-- Probability of log odds, the way back from log_odds.
create or replace macro logistic(x) as 1e0 / (1e0 + exp(-x));
