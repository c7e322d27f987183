-- Standard normal number that is as far out as Student's t of df degrees of freedom, up to 6 within 0.03 for 5 or more.
--
-- After: Wallace, Bounds on normal approximations to Student's and the chi-square distributions (1959), doi
-- 10.1214/aoms/1177706083
create or replace macro t_as_z(t, df) as
    sign(t) * (8 * df + 1e0) / (8 * df + 3e0) * sqrt(df * ln(1 + t::double * t / df));
