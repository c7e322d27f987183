-- Upper end of the 95 % interval of a rate of objects in images; `sums` is what cluster_sums gives.
--
-- Wilson's interval of as many objects as would tell as much if they were independent, with Student's t for the
-- normal quantile.
--
-- After: Wilson (1927); Dean and Pagano, Evaluating confidence interval methods (2015), doi 10.1093/jssam/smv024
create or replace macro clustered_high(sums) as
    list_transform(
        [{ 'k': sums.k, 'n': sums.n, 'effect': design_effect(sums), 't': t_quantile(sums.n_images + 1) }],
        lambda own: case
            when own.k = own.n and own.n > 0 then 1e0 else score_bound(own.k, own.n, own.effect, own.t)
        end
    )[1];
