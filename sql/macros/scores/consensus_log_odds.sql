-- Log odds of an error by what several models say: each adds what it says beyond the usual odds, one error in twenty.
--
-- Models err alike, so two that agree count as 1.33 and three as 1.5 independent ones. said is the sum over models of
-- weight times (log odds + 3), weights their sum; one model alone of weight 1 keeps its own log odds.
create or replace macro consensus_log_odds(said, weights) as said / (1 + 0.5e0 * (weights - 1)) - 3;
