-- How far a 95 % interval reaches to either side, from values with one block left out each; null for fewer than three.
--
-- Where few blocks tell most, the variance is known less well than their number says: Student's t then has as many
-- degrees of freedom as fit their kurtosis. It gathers rows: use it where an aggregate may stand.
--
-- After: Efron and Stein, The Jackknife Estimate of Variance (1981), doi 10.1214/aos/1176345462; Satterthwaite (1946),
-- doi 10.2307/3002019
create or replace macro jackknife_reach(left_out) as
    list_transform(
        [{ 'values': list(left_out) filter (where left_out is not null), 'mean': avg(left_out) }],
        lambda told: list_transform(
            [list_transform(told.values, lambda value: (value - told.mean) ** 2)],
            lambda squares: list_transform(
                [list_avg(list_transform(squares, lambda square: square * square)) / nullif(list_avg(squares) ** 2, 0)],
                lambda kurtosis: sqrt((len(squares) - 1) * list_avg(squares)) * t_quantile(
                    case when kurtosis > 1 + 1e-9
                        then least(len(squares) - 1e0, greatest(2e0, 2e0 * (len(squares) - 1) / (kurtosis - 1)))
                        else len(squares) - 1e0
                    end
                )
            )[1]
        )[1]
    )[1];
