-- What the correction of a wrong_class is worth, beside the 1 of any other error.
create or replace macro wrong_class_benefit() as coalesce(getvariable('wrong_class_benefit'), 1)::double;
