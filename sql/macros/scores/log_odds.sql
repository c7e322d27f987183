-- Log odds of a probability, which is held between 1 and 9,999 in 10,000.
create or replace macro log_odds(p) as
    ln(greatest(1e-4, least(0.9999e0, p)) / (1e0 - greatest(1e-4, least(0.9999e0, p))));
