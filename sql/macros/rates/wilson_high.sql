-- Upper end of the 95 % Wilson interval of k out of n; null where n is 0.
--
-- After: Wilson, Probable Inference (1927), doi 10.1080/01621459.1927.10502953; z = 1.959963984540054
create or replace macro wilson_high(k, n) as
    case
        when n > 0 and k = n then 1e0
        when n > 0 and k is not null then
            least(1e0, (
                k::double + 1.9207294103470627e0
                + 1.959963984540054e0 * sqrt(k::double * (n::double - k::double) / n::double + 0.9603647051735313e0)
            ) / (n::double + 3.8414588206941254e0))
    end;
