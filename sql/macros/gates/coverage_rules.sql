-- What `[[coverage]]` of labelduck.toml asks for, as a JSON list: dimension, at_least and more of each.
create or replace macro coverage_rules() as coalesce(getvariable('coverage_rules'), '[]')::varchar;
