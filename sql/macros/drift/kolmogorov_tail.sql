-- Chance that the largest distance of a Brownian bridge from 0 is above x: p-value of Kolmogorov-Smirnov tests.
--
-- Below 1 it is the other series of the same function, which the usual one needs too many terms for.
--
-- After: Kolmogorov (1933); Marsaglia, Tsang and Wang (2003), doi 10.18637/jss.v008.i18
create or replace macro kolmogorov_tail(x) as
    case
        when x < 0.05 then 1e0
        when x < 1
            then 1e0 - sqrt(2e0 * pi()) / x * list_sum(list_transform(
                [1, 3, 5, 7, 9], lambda odd: exp(-1e0 * (odd * pi() / x) ** 2 / 8e0)
            ))
        else 2e0 * list_sum(list_transform(
            [1, 2, 3, 4, 5, 6], lambda term: case when term % 2 = 1 then 1e0 else -1e0 end * exp(-2e0 * (term * x) ** 2)
        ))
    end;
