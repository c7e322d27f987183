-- Value below which a share p, 0.01 to 0.99, of the gamma distribution of a shape (scale 1) lies; 0 for the shape 0.
create or replace macro gamma_quantile(p, shape) as -- noqa: PRS
    case
        when shape <= 0 then 0e0
        else list_reduce(
            range(1, 53),
            lambda found, halving: found + case
                when gamma_below(shape, found + (shape + 10 + 6 * sqrt(shape)) * 0.5e0 ** halving) <= p
                    then (shape + 10 + 6 * sqrt(shape)) * 0.5e0 ** halving
                else 0e0
            end,
            0e0
        )
    end;
