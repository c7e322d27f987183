-- What an annotation marked difficult is to `match_boxes`: count (like any other), crowd or ignore.
create or replace macro difficult_rule() as coalesce(getvariable('difficult_rule'), 'count')::varchar;
