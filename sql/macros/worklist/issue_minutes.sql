-- Minutes that a reviewer needs for a suspect of a kind.
create or replace macro issue_minutes(issue) as
    case issue
        when 'missing_label' then missing_label_minutes()
        when 'wrong_class' then wrong_class_minutes()
        when 'bad_box' then bad_box_minutes()
        when 'extra_label' then extra_label_minutes()
        when 'duplicate_label' then duplicate_label_minutes()
    end;
