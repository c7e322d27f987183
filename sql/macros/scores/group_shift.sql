-- Shift in log odds that a group of predictions needs, from what was observed and expected; smaller where they are few.
--
-- One Newton step of a logistic regression with a normal prior of variance 1/2 for the shift; 0 for an empty group.
create or replace macro group_shift(n_observed, n_expected, variance) as
    coalesce((n_observed - n_expected) / (variance + 2e0), 0e0);
