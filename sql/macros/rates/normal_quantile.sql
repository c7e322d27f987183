-- Number below which a share p of the standard normal distribution lies, 0 < p < 1, to 9 digits.
--
-- After: Acklam, An algorithm for computing the inverse normal cumulative distribution function (2003), with one step
-- of Halley's method
create or replace macro normal_quantile(p) as
    list_transform(
        [normal_quantile_guess(p)],
        lambda x: x - list_transform(
            [(1e0 - normal_tail(x) - p) * sqrt(2e0 * pi()) * exp(x * x / 2e0)],
            lambda u: u / (1e0 + x * u / 2e0)
        )[1]
    )[1];
