-- The result of a gate in words: what was found, within which interval, on how much, and what is asked for.
create or replace macro gate_sentence(gate, status, rule, value, low, high, n, what, at_most, threshold, remedy) as
    coalesce(gate_number(gate, value) || ' ', 'not measured: ')
    || coalesce(what, gate)
    || case
        when rule = 'interval' and low is not null
            then
                ' (95 %: '
                || gate_number(gate, low)
                || ' to '
                || coalesce(gate_number(gate, high), 'any')
                || ', n = '
                || n
                || ')'
        when n is not null then ', n = ' || n
        else ''
    end
    || '; ' || case when at_most then 'at most ' else 'at least ' end || gate_number(gate, threshold) || ' asked'
    || case when status = 'not_enough_data' then '; for more data: ' || remedy else '' end;
