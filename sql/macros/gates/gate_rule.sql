-- One row of gate_rules().
create or replace macro gate_rule(gate, comparison, threshold, rule, remedy) as
    {
        'gate': gate::varchar,
        'comparison': comparison::varchar,
        'threshold': threshold::double,
        'rule': rule::varchar,
        'remedy': remedy::varchar
    };
