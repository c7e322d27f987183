-- Sum that a two-sided CUSUM with allowance 0.5 passes in n points by chance max_drift_q() of the time; at least 5.
--
-- After: Siegmund, Sequential Analysis (1985), approximation of the average run length
create or replace macro cusum_limit(n) as
    -- exp(b) - b - 1 = n / max_drift_q(), b being the limit + 1.166: two fixed-point steps are exact to 0.01.
    greatest(
        5e0,
        ln(n / max_drift_q() + 1 + ln(n / max_drift_q() + 1 + ln(n / max_drift_q() + 1))) - 1.166e0
    );
