-- Tracks that may be broken, at most.
create or replace macro broken_tracks_limit() as coalesce(getvariable('broken_tracks_limit'), 0)::bigint;
