-- p * n / rank of a p-value among the n of its family: first step of the q-value, which q_value ends.
--
-- `with steps as (select *, q_step(p_value, dataset) as step ...) select q_value(step, p_value, dataset)`; rows with
-- null p take no part.
--
-- After: Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x
create or replace macro q_step(p, family) as
    p * count(p) over (partition by family) / nullif(count(p) over (partition by family order by p), 0);
