-- Labels to draw so that none wrong among them shows, with the confidence 0 to 1, an error rate of at most p.
create or replace macro zero_failure_size(p, confidence) as
    ceil(round(ln(1e0 - confidence) / nullif(ln(1e0 - p), 0), 9))::bigint;
