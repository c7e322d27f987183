-- Logarithm of the number of ways to choose k of n.
create or replace macro ln_choose(n, k) as
    lgamma(n + 1e0) - lgamma(k + 1e0) - lgamma(n - k + 1e0);
