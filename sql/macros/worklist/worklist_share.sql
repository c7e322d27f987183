-- Length of the worklist, as a share of a dataset's annotations.
create or replace macro worklist_share() as coalesce(getvariable('worklist_share'), 0.05)::double;
