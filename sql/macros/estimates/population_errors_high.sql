-- Most errors that n_population labels hold, at 95 % two-sided, when n drawn without replacement held k.
--
-- Null without any drawn.
-- The largest number for which k or fewer would have been found with a chance above 2.5 %, found by halving.
--
-- After: Wright, Exact confidence bounds when sampling from small finite universes (1991)
create or replace macro population_errors_high(k, n, n_population) as -- noqa: PRS
    case
        when n > 0 then list_reduce(
            range(0, 34),
            lambda most, halving: population_step(most, 2e0 ** (33 - halving), k, n, n_population), -- noqa: PRS
            0e0
        )::bigint
    end;
