-- Lower end of the 95 % interval of a weighted sum of counts: its total, its variance; 0 for nothing found.
--
-- After: Fay and Feuer, Confidence intervals for directly standardized rates (1997)
create or replace macro weighted_count_low(total, variance) as
    case
        when total > 0 then variance / total * gamma_quantile(0.025, total * total / variance)
        when total = 0 then 0e0
    end;
