-- How many records of each dataset break the rules of form?
--
-- Grain: dataset
-- Columns:
--   dataset         dataset that the row belongs to
--   n_errors        errors among annotation_problems
--   n_annotations   annotations and answers that were looked at
-- Stored: form_errors
with errors as (
    select dataset, count(*) as n_errors
    from (
        select dataset from class_problems where severity = 'error'
        union all
        select dataset from box_problems where severity = 'error'
        union all
        select dataset from image_problems where severity = 'error'
    )
    group by all
),

looked as (
    select dataset, count(*) as n_annotations
    from (select dataset from annotations
    union all
    select dataset from image_labels)
    group by all
)

select dataset, coalesce(n_errors, 0) as n_errors, n_annotations
from looked left join errors using (dataset)
