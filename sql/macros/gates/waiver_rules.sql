-- What `[[waivers]]` of labelduck.toml waive, as a JSON list: gate, dataset, owner, reason and until of each.
create or replace macro waiver_rules() as coalesce(getvariable('waiver_rules'), '[]')::varchar;
