-- Sums over images of k out of n each, and of their squares, for clustered_low, clustered_high and design_effect.
--
-- It gathers rows: use it where an aggregate may stand, over one row per image.
create or replace macro cluster_sums(k, n) as {
    'n_images': count(*),
    'k': coalesce(sum(k), 0)::bigint,
    'n': coalesce(sum(n), 0)::bigint,
    'kk': coalesce(sum(k::double * k), 0),
    'kn': coalesce(sum(k::double * n), 0),
    'nn': coalesce(sum(n::double * n), 0)
};
