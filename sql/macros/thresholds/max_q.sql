-- Share of false claims that is borne among the claims that are made (Benjamini and Hochberg).
create or replace macro max_q() as coalesce(getvariable('max_q'), 0.05)::double;
