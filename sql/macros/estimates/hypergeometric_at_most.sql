-- Chance of at most k errors among n labels drawn without replacement from n_population that hold n_errors.
create or replace macro hypergeometric_at_most(k, n, n_errors, n_population) as
    case
        when k >= least(n, n_errors) then 1e0
        when k < greatest(0, n + n_errors - n_population) then 0e0
        else least(1e0, list_sum(list_transform(
            range(greatest(0, n + n_errors - n_population)::bigint, k::bigint + 1),
            lambda term: exp(
                ln_choose(n_errors, term) + ln_choose(n_population - n_errors, n - term) - ln_choose(n_population, n)
            )
        )))
    end;
