-- Day on which waivers are judged: today.
create or replace macro gate_day() as coalesce(getvariable('gate_day')::date, current_date);
