-- How far a 95 % interval reaches to either side, from values with one block left out each; null for fewer than three.
--
-- It gathers rows: use it where an aggregate may stand.
--
-- After: Efron and Stein, The Jackknife Estimate of Variance (1981), doi 10.1214/aos/1176345462
create or replace macro jackknife_reach(left_out) as
    t_quantile(count(left_out) - 1) * sqrt((count(left_out) - 1) * var_pop(left_out));
