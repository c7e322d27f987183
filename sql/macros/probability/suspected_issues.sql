-- What a label can be suspected of.
create or replace macro suspected_issues() as
    ['missing_label', 'wrong_class', 'bad_box', 'extra_label', 'duplicate_label'];
