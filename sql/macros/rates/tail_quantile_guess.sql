-- First guess of the normal number below which lies a small share p, of q = sqrt(-2 ln p).
--
-- After: Acklam (2003)
create or replace macro tail_quantile_guess(q) as
    list_transform(
        [q],
        lambda r: (((((-0.007784894002430293e0 * r - 0.3223964580411365e0) * r - 2.400758277161838e0) * r
        - 2.549732539343734e0) * r + 4.374664141464968e0) * r + 2.938163982698783e0)
        / ((((0.007784695709041462e0 * r + 0.3224671290700398e0) * r + 2.445134137142996e0) * r
        + 3.754408661907416e0) * r + 1e0)
    )[1];
