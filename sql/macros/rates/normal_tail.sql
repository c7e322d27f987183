-- Share of the standard normal distribution above z, to 14 digits.
--
-- After: Hart, Computer Approximations (1968), algorithm 5666, as given by West (2005)
create or replace macro normal_tail(z) as
    -- The list gives z a name, so that its expression is written and worked out once.
    list_transform([z::double], lambda v: case when v < 0 then 1e0 - upper_tail(-v) else upper_tail(v) end)[1];
