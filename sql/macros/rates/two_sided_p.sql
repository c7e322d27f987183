-- Chance of a standard normal number at least as far from 0 as z.
create or replace macro two_sided_p(z) as 2e0 * normal_tail(abs(z));
