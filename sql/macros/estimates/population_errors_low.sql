-- Fewest errors that n_population labels hold, at 95 % two-sided, when n drawn without replacement held k.
--
-- Null without any drawn.
-- The smallest number for which k or more would have been found with a chance above 2.5 %.
--
-- After: Wright, Exact confidence bounds when sampling from small finite universes (1991)
create or replace macro population_errors_low(k, n, n_population) as
    case
        when n > 0 then n_population - population_errors_high(n - k, n, n_population)
    end;
