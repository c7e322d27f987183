-- One problem of an annotation's shape: its name, severity, the value found and the limit that it crosses.
create or replace macro box_problem(problem, severity, value, limit_value) as
    {
        'problem': problem::varchar,
        'severity': severity::varchar,
        'value': value::double,
        'limit_value': limit_value::double
    };
