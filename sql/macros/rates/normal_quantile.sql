-- Number below which a share p of the standard normal distribution lies, 0 < p < 1, to 9 digits.
--
-- After: Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003), with one step
-- of Halley's method
create or replace macro normal_quantile(p) as
    -- The list gives p a name, so that its expression is written and worked out once.
    list_transform([p::double], lambda own: list_transform(
        [normal_quantile_guess(own)],
        lambda x: x - list_transform(
            [(1e0 - normal_tail(x) - own) * sqrt(2e0 * pi()) * exp(x * x / 2e0)],
            lambda u: u / (1e0 + x * u / 2e0)
        )[1]
    )[1])[1];
