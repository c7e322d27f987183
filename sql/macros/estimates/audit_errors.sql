-- Errors of a kind that an audit found in a unit, from its list of errors; null where it was not judged.
create or replace macro audit_errors(errors, kind) as
    case
        when errors is not null and kind = 'any' then (len(errors) > 0)::bigint
        when errors is not null
            then coalesce(list_sum(list_transform(
                list_filter(errors, lambda found: found.issue = kind), lambda found: found.n
            )), 0)::bigint
    end;
