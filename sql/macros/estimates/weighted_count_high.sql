-- Upper end of the 95 % interval of a weighted sum of counts: its total, variance and the most that one more would add.
--
-- After: Fay and Feuer, Confidence intervals for directly standardized rates (1997)
create or replace macro weighted_count_high(total, variance, most) as
    case
        when total >= 0 and most > 0 then
            (variance + most * most) / (total + most)
            * gamma_quantile(0.975, (total + most) ** 2 / (variance + most * most))
    end;
