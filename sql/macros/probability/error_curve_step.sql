-- Step of Newton's method towards the likeliest shift or slope: its row of the inverse information times the residuals.
--
-- Held within 1, so that it cannot overshoot from far away.
create or replace macro error_curve_step(own, other, own_information, other_information, shared_information) as
    greatest(-1e0, least(
        1e0,
        (other_information * own - shared_information * other)
        / (own_information * other_information - shared_information * shared_information)
    ));
