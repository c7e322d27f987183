-- Number of equally wide bins of confidence in which calibration is measured.
create or replace macro confidence_bins() as coalesce(getvariable('confidence_bins'), 10)::bigint;
