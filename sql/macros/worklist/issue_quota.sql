-- Share of the worklist up to which suspects of one kind come before all others that are within theirs.
create or replace macro issue_quota() as coalesce(getvariable('issue_quota'), 0.5)::double;
