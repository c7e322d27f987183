-- Chance of x or fewer successes out of n at rate p, within 0.004 of the exact one; x and n may be fractions.
--
-- After: Peizer and Pratt, A normal approximation for binomial and other tail probabilities (1968), doi 10.2307/2285882
create or replace macro binomial_below(x, n, p) as
    list_transform(
        [{ 'x': x, 'n': n, 'p': p }],
        lambda own: case
            when own.x < 0 then 0e0
            when own.x >= own.n - 1e-9 or own.p <= 0 then 1e0
            when own.p >= 1 then 0e0
            else normal_tail(-binomial_z(own.x, own.n, own.p))
        end
    )[1];
