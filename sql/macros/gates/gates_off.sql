-- Gates that labelduck.toml switches off, with commas between them.
create or replace macro gates_off() as coalesce(getvariable('gates_off'), '')::varchar;
