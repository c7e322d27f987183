-- Standard normal number below which lies as much as x or fewer of n at rate p, for 0 <= x < n and 0 < p < 1.
--
-- After: Peizer and Pratt, A normal approximation for binomial and other tail probabilities (1968), doi 10.2307/2285882
create or replace macro binomial_z(x, n, p) as
    (
        x + 2e0 / 3e0 - (n + 1e0 / 3e0) * p
        + 0.02e0 * ((1e0 - p) / (x + 1e0) - p / (n - x) + (0.5e0 - p) / (n + 1e0))
    ) * sqrt((
        1e0
        + (1e0 - p) * binomial_skew((x + 0.5e0) / (n * p))
        + p * binomial_skew(greatest(n - x - 0.5e0, 1e-12) / (n * (1e0 - p)))
    ) / ((n + 1e0 / 6e0) * p * (1e0 - p)));
