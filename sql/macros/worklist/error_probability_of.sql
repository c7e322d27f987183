-- Probability that a suspect is an error: its suspicion as it stands.
create or replace macro error_probability_of(suspicion) as suspicion;
