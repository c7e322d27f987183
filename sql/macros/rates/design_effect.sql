-- How many times larger the variance of a rate is because objects come in images: 1 or more; null without objects.
--
-- `sums` is what cluster_sums gives; n / design_effect(sums) independent objects would tell as much.
--
-- After: Kish, Survey Sampling (1965), section 8.2; Rao and Scott (1992), doi 10.2307/2532311
create or replace macro design_effect(sums) as
    list_transform(
        [sums], lambda own: correlation_effect(image_correlation(own), own.nn / nullif(own.n, 0))
    )[1];
