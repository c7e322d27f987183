-- Sum that a two-sided CUSUM with allowance 0.5 passes in n points by chance 5 % of the time; at least 5.
--
-- After: Siegmund, Sequential Analysis (1985), approximation of the average run length
create or replace macro cusum_limit(n) as
    -- exp(b) - b - 1 = n / 0.05, b being the limit + 1.166: two steps of fixed-point iteration are exact to 0.01.
    greatest(5e0, ln(20e0 * n + 1 + ln(20e0 * n + 1 + ln(20e0 * n + 1))) - 1.166e0);
