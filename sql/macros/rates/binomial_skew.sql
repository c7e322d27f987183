-- Correction of the normal approximation for counts that are x times as many as expected, x > 0; 0 for x = 1.
--
-- After: Peizer and Pratt (1968), doi 10.2307/2285882
create or replace macro binomial_skew(x) as
    case
        when abs(x - 1e0) < 1e-4 then (1e0 - x) / 3e0
        else (1e0 - x * x + 2e0 * x * ln(x)) / (1e0 - x) ** 2
    end;
