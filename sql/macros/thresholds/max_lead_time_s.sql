-- Seconds that one label may have taken; what is beyond was a pause and is cut off.
create or replace macro max_lead_time_s() as coalesce(getvariable('max_lead_time_s'), 300)::double;
