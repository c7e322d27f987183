-- Kinds of errors that audits count; any is a label that is wrong in whatever way.
create or replace macro audited_issues() as
    ['any', 'bad_box', 'duplicate_label', 'extra_label', 'missing_label', 'wrong_class'];
