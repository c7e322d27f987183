-- Who confuses two classes, and what to do, in words.
create or replace macro confusion_words(true_class, class_name, cause, n_confusing, n_annotators, main_annotator) as
    true_class || ' called ' || class_name || case cause
        when 'guideline'
            then
                ' by ' || n_confusing || ' of ' || n_annotators
                || ' annotators: the rule that tells them apart is unclear'
        when 'annotator' then ' by ' || main_annotator || ' more than by others: go over the rule together'
        else ''
    end;
