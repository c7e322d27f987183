-- What do the gates on the content of a version measure: sizes, balance, coverage, form, checklist?
--
-- Grain: dataset, gate
-- Columns:
--   dataset     dataset that the row belongs to
--   gate        class_counts, class_balance, coverage, format_validity, import_errors, checklist or minimum_size
--   value       the measure, exact
--   n           classes, cells, annotations, records, points or images that it was taken from
--   what        what was measured, in words
with sizes as materialized (from class_sizes),

brought as (
    select dataset, sum(n_images + n_annotations + n_predictions) as n
    from imports
    group by dataset
),

refused as (
    select dataset, count(*) as n_errors
    from import_problems
    where severity = 'error'
    group by dataset
)

select dataset, 'class_counts' as gate, min(n)::double as value, count(*) as n,
    'annotations of ' || arg_min(class_name, (n, class_name)) || ', the smallest class' as what
from sizes
group by dataset
union all
select dataset, 'class_balance' as gate, max(n) / nullif(min(nullif(n, 0)), 0)::double as value, count(*) as n,
    'times as many of ' || arg_max(class_name, (n, class_name)) || ' as of '
    || arg_min(case when n > 0 then class_name end, (n, class_name)) as what
from sizes
group by dataset
having max(n) > 0
union all
select dataset, 'coverage' as gate, count(*) filter (where not is_covered) as value, count(*) as n,
    'cells below their minimum' as what
from coverage
where n_required is not null and dimension in (select dimension from coverage_rule_rows)
group by dataset
union all
select dataset, 'format_validity' as gate, n_errors as value, n_annotations as n, 'errors of form' as what
from form_errors
union all
select dataset, 'import_errors' as gate, coalesce(n_errors, 0) as value, (n + coalesce(n_errors, 0))::bigint as n,
    'records left out by imports' as what
from brought left join refused using (dataset)
union all
select dataset, 'checklist' as gate, count(*) filter (where status = 'open') as value, count(*) as n,
    'open points' as what
from checklist
group by dataset
union all
select dataset, 'minimum_size' as gate, n_images as value, n_images as n, 'images' as what
from dataset_sizes
