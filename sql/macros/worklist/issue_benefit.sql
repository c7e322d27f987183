-- What the correction of an error of a kind is worth.
create or replace macro issue_benefit(issue) as
    case issue
        when 'missing_label' then missing_label_benefit()
        when 'wrong_class' then wrong_class_benefit()
        when 'bad_box' then bad_box_benefit()
        when 'extra_label' then extra_label_benefit()
        when 'duplicate_label' then duplicate_label_benefit()
    end;
