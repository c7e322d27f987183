-- Correlation of errors within images; `sums` is what cluster_sums gives.
--
-- After: Kish, Survey Sampling (1965), section 8.2: the design effect is 1 + correlation (size of a cluster - 1)
create or replace macro image_correlation(sums) as
    drawn_correlation(residual_effect(sums), sums.nn / nullif(sums.n, 0), least(sums.k, sums.n - sums.k));
