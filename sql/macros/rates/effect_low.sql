-- Lower end of the 95 % interval of a rate whose design effect is told by more than its own images.
--
-- `sums` is what cluster_sums gives, `df` the degrees of freedom that tell the effect.
--
-- After: Wilson (1927); Dean and Pagano, Evaluating confidence interval methods (2015), doi 10.1093/jssam/smv024
create or replace macro effect_low(sums, effect, df) as
    case when sums.k = 0 and sums.n > 0 then 0e0 else score_bound(sums.k, sums.n, effect, -t_quantile(df)) end;
