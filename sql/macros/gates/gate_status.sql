-- What a gate says: pass, fail or not_enough_data.
--
-- The bad end of the interval is the one on the side of the limit. Enough data are those with which the gate would
-- pass if nothing were wrong: as a rate of 0 or 1 of n, by Wilson's interval.
--   too small a version    not_enough_data, unless the rule is exact
--   no measure, or n = 0   not_enough_data
--   exact, size            pass within the limit, else fail
--   interval               pass when the bad end is within the limit and n is enough; fail when the bad end is beyond
-- and
--                            n is enough, or the good end is beyond as well; else not_enough_data
create or replace macro gate_status(rule, at_most, value, low, high, n, threshold, is_small) as
    case
        when is_small and rule <> 'exact' then 'not_enough_data'
        when value is null or coalesce(n, 0) = 0 then 'not_enough_data'
        when
            rule <> 'interval'
            then case when at_most = (value < threshold) or value = threshold then 'pass' else 'fail' end
        when at_most and low > threshold then 'fail'
        when not at_most and high < threshold then 'fail'
        when at_most and wilson_high(0, n) > threshold then 'not_enough_data'
        when not at_most and wilson_low(n, n) < threshold then 'not_enough_data'
        when case when at_most then high else low end is null then 'not_enough_data'
        when at_most and high <= threshold then 'pass'
        when not at_most and low >= threshold then 'pass'
        else 'fail'
    end;
