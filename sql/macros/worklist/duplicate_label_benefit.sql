-- What the correction of a duplicate_label is worth, beside the 1 of any other error.
create or replace macro duplicate_label_benefit() as coalesce(getvariable('duplicate_label_benefit'), 1)::double;
