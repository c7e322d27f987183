-- Logarithm of how much better k out of n fit rates spread evenly over 0 to 1 than the rate p.
--
-- k and n may be fractions.
--
-- After: Ville's inequality for mixture likelihood ratios, Robbins (1970), doi 10.1214/aoms/1177696786
create or replace macro anytime_ratio(k, n, p) as
    lgamma(k + 1e0) + lgamma(n - k + 1e0) - lgamma(n + 2e0) - k * ln(p) - (n - k) * ln(1e0 - p);
