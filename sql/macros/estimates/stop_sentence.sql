-- What the stop rule decides, why, and what to do next, as a sentence.
create or replace macro stop_sentence(decision, n_remaining, low, high, rate_high) as
    case decision
        when 'not enough data' then
            'No random audit tells what is left: draw one of '
            || zero_failure_size(max_error_rate(), 0.95) || ' or more with `labelduck audit draw`.'
        else
            'About ' || round(n_remaining)::bigint || ' errors are left (95 % interval ' || floor(low)::bigint || ' to '
            || ceil(high)::bigint || '), at most ' || round(100 * coalesce(rate_high, 0), 2) || ' %: '
            || case decision
                when 'stop' then 'below ' || round(100 * max_error_rate(), 2) || ' %, stop reviewing.'
                else
                    'not below ' || round(100 * max_error_rate(), 2)
                    || ' %, go on reviewing, or audit more to be surer.'
            end
    end;
