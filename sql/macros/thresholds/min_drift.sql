-- Distance (population stability index, Kolmogorov-Smirnov) from which different work is called a drift.
create or replace macro min_drift() as coalesce(getvariable('min_drift'), 0.1)::double;
