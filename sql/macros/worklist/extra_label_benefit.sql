-- What the correction of a extra_label is worth, beside the 1 of any other error.
create or replace macro extra_label_benefit() as coalesce(getvariable('extra_label_benefit'), 1)::double;
