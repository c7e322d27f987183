-- Step of population_errors_high: n_errors and as many more, where the population may well hold them, else n_errors.
create or replace macro population_step(n_errors, more, k, n, n_population) as
    case
        when n_errors + more > n_population - n + k then n_errors
        when hypergeometric_at_most(k, n, n_errors + more, n_population) > 0.025 then n_errors + more
        else n_errors
    end;
