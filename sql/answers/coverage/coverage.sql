-- Which classes are too rare, or missing, under which sizes, occlusions, splits and conditions?
--
-- Every class of the dataset meets every value that any class has; a cell that nothing fills is a row. Each class needs
-- class_counts_limit() annotations; `[[coverage]]` of labelduck.toml asks for more of some.
--
-- Grain: dataset, class_name, dimension, value
-- Columns:
--   dataset        dataset that the row belongs to
--   class_name     class
--   dimension      any, split, size (COCO's small, medium, large), occlusion (visible, partly, mostly), tag, or an
--                    attribute that a rule names
--   value          value of the dimension
--   n_annotations  annotations of the class, or answers
--   n_required     annotations that the cell must hold; null when nothing is asked
--   n_lacking      annotations that it lacks; null likewise
--   is_covered     whether it holds enough; null likewise
with counts as materialized (
    select dataset, class_name, dimension, value, n_annotations from class_cells
    union all
    select dataset, class_name, dimension, value, count(*) as n_annotations
    from described_annotations
    group by all
),

known as materialized (
    select dataset, class_name from counts
    union
    select dataset, class_name from classes
),

cells as materialized (
    select dataset, class_name, dimension, value
    from known
    inner join (select distinct dataset, dimension, value from counts) using (dataset)
    union
    select dataset, known.class_name, 'any' as dimension, 'any' as value
    from known
    union
    select known.dataset, coalesce(rules.class_name, known.class_name) as class_name, dimension, value
    from known
    inner join coverage_rule_rows as rules on coalesce(known.dataset = rules.dataset, true)
    where value is not null
),

asked as (
    select cells.dataset, cells.class_name, cells.dimension, cells.value, max(at_least) as at_least
    from cells
    inner join coverage_rule_rows as rules
        on
            cells.dimension = rules.dimension
            and coalesce(cells.dataset = rules.dataset, rules.dataset is null)
            and coalesce(cells.class_name = rules.class_name, rules.class_name is null)
            and coalesce(cells.value = rules.value, rules.value is null)
    group by all
)

select dataset, class_name, dimension, value,
    coalesce(n_annotations, 0) as n_annotations,
    case when dimension = 'any' then greatest(at_least, class_counts_limit()) else at_least end as n_required,
    greatest(n_required - coalesce(n_annotations, 0), 0) as n_lacking,
    coalesce(n_annotations, 0) >= n_required as is_covered
from cells
left join asked using (dataset, class_name, dimension, value)
left join counts using (dataset, class_name, dimension, value)
order by dataset, n_lacking desc nulls last, dimension, value, n_annotations, class_name
