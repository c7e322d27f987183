-- Chance of at most k errors among n labels at error rate p, summed term by term: exact, for sampling plans.
create or replace macro binomial_at_most(k, n, p) as
    case
        when k < 0 then 0e0
        when k >= n or p <= 0 then 1e0
        when p >= 1 then 0e0
        else least(1e0, list_sum(list_transform(
            range(0, k::bigint + 1),
            lambda term: exp(ln_choose(n, term) + term * ln(p::double) + (n - term) * ln(1e0 - p))
        )))
    end;
