-- Chance of a count at least as far out as k among n of the rate p: twice the smaller side; k and n may be fractions.
create or replace macro two_sided_binomial_p(k, n, p) as
    list_transform(
        [{ 'k': k, 'n': n, 'p': p }],
        lambda own: list_transform(
            [list_transform([own.k - 1e0, own.k], lambda x: binomial_below(x, own.n, own.p))],
            lambda below: case when own.k is not null then least(1e0, 2e0 * least(1e0 - below[1], below[2])) end
        )[1]
    )[1];
