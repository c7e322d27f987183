-- Upper limit of a rate that holds with 95 % however often one looks: the counterpart of anytime_low.
create or replace macro anytime_high(k, n) as 1e0 - anytime_low(n - k, n);
