-- First guess of normal_quantile, within 1.2e-9 of a share.
--
-- After: Acklam (2003)
create or replace macro normal_quantile_guess(p) as
    case
        when p < 0.02425 then tail_quantile_guess(sqrt(-2e0 * ln(p::double)))
        when p > 0.97575 then -tail_quantile_guess(sqrt(-2e0 * ln(1e0 - p)))
        else list_transform(
            [p - 0.5e0],
            lambda q: q * (((((
                -39.69683028665376e0 * q * q + 220.9460984245205e0) * q * q - 275.9285104469687e0) * q * q
            + 138.3577518672690e0) * q * q - 30.66479806614716e0) * q * q + 2.506628277459239e0)
            / (((((-54.47609879822406e0 * q * q + 161.5858368580409e0) * q * q - 155.6989798598866e0) * q * q
            + 66.80131188771972e0) * q * q - 13.28068155288572e0) * q * q + 1e0)
        )[1]
    end;
