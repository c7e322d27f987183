-- What do the gates on label errors measure: missing labels, wrong labels by audit and gold, and how far the audit is?
--
-- Missing labels by the audit; without one by gold; without that a lower bound from models, which can fail a version
-- and never pass it: the sum of the probabilities of suspects that are rather missing than not.
--
-- Grain: dataset, gate
-- Columns:
--   dataset     dataset that the row belongs to
--   gate        missing_labels, label_errors, gold_accuracy or audit_done
--   value       the measure
--   value_low   lower end of its 95 % interval
--   value_high  upper end; null for a lower bound
--   n           units that it was measured on
--   what        what was measured, in words
with audited as (
    select dataset, issue, error_rate, error_rate_low, error_rate_high, n_judged, audit_id
    from estimated_label_errors
    where dimension = 'dataset' and issue in ('any', 'missing_label') and error_rate_high is not null
),

golden as materialized (select dataset, gate, value, value_low, value_high, n from gold_shares),

sizes as materialized (from dataset_sizes),

searched as (
    select dataset, audit_id, sum(n_objects)::bigint as n
    from audit_units
    where unit = 'image' and is_judged
    group by all
),

suspected as (
    select dataset, sum(error_probability) as n_missing
    from (
        select dataset, error_probability_of(suspicion, shift, slope) as error_probability
        from undecided_missing_labels left join error_calibration using (dataset, issue)
    )
    where error_probability >= probable_error()
    group by dataset
),

found as (
    select dataset, 1 as place, error_rate as value, error_rate_low as low, error_rate_high as high, n,
        'missing labels, by audit ' || audit_id as what
    from audited inner join searched using (dataset, audit_id)
    where issue = 'missing_label'
    union all
    select dataset, 2 as place, value, value_low as low, value_high as high, n, 'missing labels, by gold' as what
    from golden
    where gate = 'missing_labels'
    union all
    select
        dataset, 3 as place, label_share(n_missing, n_annotations, 'missing_label') as value, value as low,
        null as high, n_annotations as n, 'missing labels at least, as models see it' as what
    from suspected inner join sizes using (dataset)
)

select dataset, 'missing_labels' as gate, value, low as value_low, high as value_high, n, what
from found
qualify row_number() over (partition by dataset order by place) = 1
union all
select dataset, 'label_errors' as gate, error_rate as value, error_rate_low as value_low, error_rate_high as value_high,
    n_judged as n, 'wrong labels, by audit ' || audit_id as what
from audited
where issue = 'any'
union all
select dataset, gate, value, value_low, value_high, n, 'right on gold' as what
from golden
where gate = 'gold_accuracy'
union all
select dataset, 'audit_done' as gate, coalesce(n_judged / n_drawn, 0) as value, value as value_low, value as value_high,
    coalesce(n_drawn, n_images) as n,
    coalesce('judged of ' || n_drawn || ' drawn by audit ' || audit_id, 'judged: no random audit was drawn') as what
from sizes left join newest_audits using (dataset)
