-- What checklist.toml attests, as a JSON list: item, dataset, name, date and note of each.
create or replace macro attestation_rules() as coalesce(getvariable('attestation_rules'), '[]')::varchar;
