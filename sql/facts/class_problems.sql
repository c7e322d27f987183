-- Which classes of a dataset are not what its taxonomy promises?
--
-- Grain: dataset, problem, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   problem        undefined_class, class_without_annotations, few_annotations, rare_class or single_class
--   severity       error, warning or note
--   class_name     class
--   value          annotations (or answers) of it; of rare_class how many times as many the largest class has
--   limit_value    what value was compared with; null where none was
with used as (
    select dataset, class_name, count(*) as n
    from (
        select dataset, class_name from annotations
        union all
        select dataset, class_name from image_labels
    )
    where class_name is not null
    group by all
),

defined as (select dataset, class_name, bool_or(true) as is_defined from classes group by all),

counted as (
    select dataset, class_name, coalesce(n, 0) as n, coalesce(is_defined, false) as is_defined,
        bool_or(is_defined) over of_dataset as has_taxonomy,
        max(n) over of_dataset as n_largest,
        count(*) over of_dataset as n_classes
    from defined
    full join used using (dataset, class_name)
    window of_dataset as (partition by dataset)
)

select dataset, 'undefined_class' as problem, 'error' as severity, class_name, n::double as value,
    null::double as limit_value
from counted
where has_taxonomy and not is_defined
union all
select dataset, 'class_without_annotations' as problem, 'warning' as severity, class_name, 0e0 as value,
    null::double as limit_value
from counted
where n = 0
union all
select dataset, 'few_annotations' as problem, 'warning' as severity, class_name, n as value,
    class_counts_limit() as limit_value
from counted
where n between 1 and class_counts_limit() - 1
union all
select dataset, 'rare_class' as problem, 'warning' as severity, class_name, n_largest / n as value,
    class_balance_limit() as limit_value
from counted
where n_largest > class_balance_limit() * n and n > 0
union all
select dataset, 'single_class' as problem, 'note' as severity, class_name, n as value, null::double as limit_value
from counted
where n_classes = 1
