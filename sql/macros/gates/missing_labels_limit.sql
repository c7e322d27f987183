-- Share of objects that may lack an annotation, at most.
create or replace macro missing_labels_limit() as coalesce(getvariable('missing_labels_limit'), 0.05)::double;
