-- Wilson's bound of the rate k / n of n / effect independent objects: the upper for t > 0, the lower for t < 0.
--
-- After: Wilson, Probable Inference (1927), doi 10.1080/01621459.1927.10502953
create or replace macro score_bound(k, n, effect, t) as
    case
        when n > 0
            then least(1e0, greatest(0e0, (
                k / n + t * t * effect / n / 2e0
                + t * sqrt(k / n * (1e0 - k / n) * effect / n + (t * effect / n) ** 2 / 4e0)
            ) / (1e0 + t * t * effect / n)))
    end;
