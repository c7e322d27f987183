-- Lower limit of a rate that holds with 95 % however often one looks, so that one may stop when one has seen enough.
--
-- Both limits are kept at once by the true rate at all times of a growing count; they are wider than an interval that
-- is meant to be looked at once. k and n may be fractions.
--
-- After: Robbins, Statistical Methods Related to the Law of the Iterated Logarithm (1970), doi 10.1214/aoms/1177696786
create or replace macro anytime_low(k, n) as -- noqa: PRS
    case
        when n > 0
            then list_reduce(
                range(1, 45),
                lambda found, halving: found + case
                    when
                        found + 0.5e0 ** halving < k / n
                        and anytime_ratio(k, n, found + 0.5e0 ** halving) >= 2.995732273553991e0
                        then 0.5e0 ** halving
                    else 0e0
                end,
                0e0
            )
    end;
