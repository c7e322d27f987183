-- Step of limiting_quality: the rate p and as much more, where a plan accepts that with the chance, else p.
create or replace macro limiting_step(p, more, n, k, chance) as
    case when binomial_at_most(k, n, p + more) >= chance then p + more else p end;
