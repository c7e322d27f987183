-- What do the gates on people measure: their agreement, and who passes gold?
--
-- Grain: dataset, gate
-- Columns:
--   dataset     dataset that the row belongs to
--   gate        object_agreement, class_agreement or gold_pass_rate
--   value       the measure; of several questions about images the worst
--   value_low   lower end of its 95 % interval
--   value_high  upper end
--   n           units that it was measured on
--   what        what was measured, in words
with measured as materialized (
    select dataset, field, metric, value, low, high, n_units
    from measured_agreement
    where
        metric in ('class_alpha', 'krippendorff_alpha')
        and (min_iou is null or min_iou = agreement_ious()[agreement_step()])
),

agreed as (
    select dataset, field, metric, value, low, high, n_units
    from measured
    where
        value is not null
        and (metric = 'class_alpha' or (metric = 'krippendorff_alpha' and field <> 'objects'))
),

worst as (
    select
        dataset,
        arg_min({ 'field': field, 'value': value, 'low': low, 'high': high, 'n': n_units }, (low, field)) as told
    from agreed
    group by dataset
),

people as (
    select dataset, count(*) filter (where is_passed) as n_passed, count(*) as n
    from gold_tests
    group by dataset
)

select dataset, 'object_agreement' as gate, value, low as value_low, high as value_high, n_units as n,
    'alpha of objects, class or absent' as what
from measured
where field = 'objects' and metric = 'krippendorff_alpha'
union all
select dataset, 'class_agreement' as gate, told.value, told.low as value_low, told.high as value_high, told.n as n,
    'alpha of classes (' || told.field || ')' as what
from worst
union all
select
    dataset, 'gold_pass_rate' as gate, n_passed / n as value, n_passed / n as value_low, n_passed / n as value_high, n,
    'annotators passing gold' as what
from people
