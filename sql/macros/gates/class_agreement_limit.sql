-- Krippendorff's alpha of the class of what several annotators drew or answered, at least.
create or replace macro class_agreement_limit() as coalesce(getvariable('class_agreement_limit'), 0.8)::double;
