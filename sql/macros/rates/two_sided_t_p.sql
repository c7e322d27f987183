-- Chance of Student's t at least as far from 0, for a whole number of degrees of freedom from 1 on.
--
-- After: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4
create or replace macro two_sided_t_p(t, df) as
    list_transform([{ 'angle': atan(abs(t) / sqrt(df::double)), 'n': df::bigint }], lambda v: case
        when v.n >= 2 and v.n % 2 = 0
            then greatest(0e0, 1e0 - sin(v.angle) * list_sum(list_transform(
                range(0, v.n // 2),
                lambda j: exp(lgamma(j + 0.5e0) - lgamma(j + 1e0)) / 1.772453850905516e0 * cos(v.angle) ** (2 * j)
            )))
        when v.n >= 1
            then greatest(0e0, 1e0 - 0.6366197723675814e0 * (v.angle + sin(v.angle) * coalesce(list_sum(list_transform(
                range(0, (v.n - 1) // 2),
                lambda j: 0.886226925452758e0 * exp(lgamma(j + 1e0) - lgamma(j + 1.5e0)) * cos(v.angle) ** (2 * j + 1)
            )), 0e0)))
    end)[1];
