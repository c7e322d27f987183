-- A measure of a gate in words: a share as per cent, an alpha with three digits, a count as it is.
create or replace macro gate_number(gate, x) as
    case
        when gate in ('object_agreement', 'class_agreement') then format('{:.3f}', x::double)
        when gate in ('gold_accuracy', 'gold_pass_rate', 'missing_labels', 'label_errors', 'audit_done')
            then format('{:.1f} %', 100 * x::double)
        when x = round(x) then format('{:.0f}', x::double)
        else format('{:.1f}', x::double)
    end;
