-- One problem of a track: its name, severity, the value found and a sentence.
create or replace macro track_problem(problem, severity, value, detail) as
    {
        'problem': problem::varchar,
        'severity': severity::varchar,
        'value': value::double,
        'detail': detail::varchar
    };
