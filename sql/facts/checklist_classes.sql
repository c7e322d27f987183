-- For how many classes does a dataset hold what each point of the checklist asks for?
--
-- Grain: dataset, item
-- Columns:
--   dataset  dataset that the row belongs to
--   item     point of the checklist
--   n_done   of n_asked, those that are settled
--   n_asked  classes that it asks for
--   what     what is counted
with used as (select dataset, class_name from class_sizes where n > 0),

golden as (
    select dataset, class_name from object_counts where is_gold
    union
    select dataset, class_name from image_labels where is_gold
),

defined as (
    select dataset, class_name, bool_or(is_frozen) as is_frozen, max(definition) as definition
    from classes
    group by all
),

ruled as (select distinct dataset, class_name from guidelines where topic ilike '%defin%'),

agreed as (
    select dataset, class_name
    from agreement_counts
    where scope = 'all' and n_annotators > 1 and (min_iou is null or min_iou = agreement_ious()[agreement_step()])
    group by all
    having sum(n_values) >= class_counts_limit()
)

select dataset, 'classes_frozen' as item, count(*) filter (where is_frozen) as n_done, count(*) as n_asked,
    'classes frozen' as what
from defined
group by dataset
union all
select dataset, 'classes_defined' as item,
    count(*) filter (where length(trim(definition)) > 0 or ruled.class_name is not null) as n_done,
    count(*) as n_asked, 'classes defined' as what
from defined left join ruled using (dataset, class_name)
group by dataset
union all
select dataset, 'gold_exists' as item, count(golden.class_name) as n_done, count(*) as n_asked,
    'classes with gold' as what
from used left join golden using (dataset, class_name)
group by dataset
union all
select dataset, 'agreement_tracked' as item, count(agreed.class_name) as n_done, count(*) as n_asked,
    'classes with enough annotations by several' as what
from used left join agreed using (dataset, class_name)
group by dataset
