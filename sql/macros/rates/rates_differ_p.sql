-- Chance of rates as different as k of n and k_rest of n_rest, with their design effects, if both were one rate.
--
-- Two-sided and from the binomial tail, which few errors need: a normal test of thousands of small cells calls chance
-- a finding. Null where either side has nothing.
create or replace macro rates_differ_p(k, n, effect, k_rest, n_rest, effect_rest) as
    list_transform(
        [{
            'p': (k + k_rest) / nullif(n + n_rest, 0),
            'difference': k / nullif(n, 0) - k_rest / nullif(n_rest, 0),
            'n': 1e0 / (effect / nullif(n, 0) + effect_rest / nullif(n_rest, 0))
        }],
        lambda sides: two_sided_binomial_p(
            sides.n * least(1e0, greatest(0e0, sides.p + sides.difference)), sides.n, sides.p
        )
    )[1];
