-- What the correction of a bad_box is worth, beside the 1 of any other error.
create or replace macro bad_box_benefit() as coalesce(getvariable('bad_box_benefit'), 1)::double;
