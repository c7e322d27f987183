-- Variance of a rate by the residuals of images, over that of as many independent objects; null where unknown.
--
-- After: Cochran, Sampling Techniques (1977), section 3.12 (cluster sampling for proportions)
create or replace macro residual_effect(sums) as
    sums.n_images / nullif(sums.n_images - 1e0, 0e0)
    * greatest(0e0, sums.kk - 2e0 * sums.k / sums.n * sums.kn + (sums.k / sums.n) ** 2 * sums.nn)
    / nullif(sums.k * (1e0 - sums.k / sums.n), 0e0);
