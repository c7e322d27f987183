-- Share of the gamma distribution of a shape (scale 1) below x; exact to about 1e-11.
--
-- After: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 6.5.29
create or replace macro gamma_below(shape, x) as
    case
        when x <= 0 then 0e0
        else least(1e0, list_sum(list_transform(
            range(0, ceil(60 + greatest(0, x - shape) + 9 * sqrt(x + 20))::bigint),
            lambda term: exp((shape + term) * ln(x::double) - x - lgamma(shape + term + 1e0))
        )))
    end;
