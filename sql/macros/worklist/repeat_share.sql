-- Share of a reviewer's suspects that were judged by the same reviewer before and are handed out again, unmarked.
create or replace macro repeat_share() as coalesce(getvariable('repeat_share'), 0.05)::double;
