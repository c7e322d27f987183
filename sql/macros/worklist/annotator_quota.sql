-- Share of the worklist up to which suspects of one annotator come before all others that are within theirs.
create or replace macro annotator_quota() as coalesce(getvariable('annotator_quota'), 0.25)::double;
