-- Share of n_annotations that n_errors are; missing labels are a share of all objects, with those that are missing.
create or replace macro label_share(n_errors, n_annotations, issue) as
    case
        when issue = 'missing_label' then n_errors / nullif(n_annotations + n_errors, 0)
        when n_errors is not null then least(1e0, n_errors / nullif(n_annotations, 0))
    end;
