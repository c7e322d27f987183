-- Share of false claims among those with this p-value or a smaller one of the family; `step` is what q_step gives.
--
-- After: Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x
create or replace macro q_value(step, p, family) as
    case when p is not null then least(1e0, min(step) over (partition by family order by p desc nulls last)) end;
