-- What a cause of suspects is called: an annotator's batch.
create or replace macro cause_words(n, issue, n_labels, asked, annotator, batch) as
    n || ' suspects of ' || issue || ' in ' || n_labels || coalesce(' answers to ' || nullif(asked, ''), ' labels')
    || coalesce(' of ' || annotator, '') || coalesce(' in batch ' || batch, '');
