-- Lower end of the 95 % Wilson interval of k out of n; null where n is 0.
--
-- After: Wilson, Probable inference (1927), doi 10.1080/01621459.1927.10502953; z = 1.959963984540054
create or replace macro wilson_low(k, n) as
    greatest(
        0e0,
        (
            k::double + 1.9207294103470627e0
            - 1.959963984540054e0 * sqrt(
                k::double * (n::double - k::double) / nullif(n::double, 0e0) + 0.9603647051735313e0
            )
        ) / (nullif(n::double, 0e0) + 3.8414588206941254e0)
    );
