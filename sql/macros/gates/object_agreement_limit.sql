-- Krippendorff's alpha of objects (class or absent) that annotators must reach between them, at least.
create or replace macro object_agreement_limit() as coalesce(getvariable('object_agreement_limit'), 0.8)::double;
