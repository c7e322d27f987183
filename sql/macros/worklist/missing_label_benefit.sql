-- What the correction of a missing_label is worth, beside the 1 of any other error.
create or replace macro missing_label_benefit() as coalesce(getvariable('missing_label_benefit'), 1)::double;
