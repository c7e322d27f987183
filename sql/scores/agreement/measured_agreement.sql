-- How well do annotators agree, beyond what chance gives, whoever they are?
--
-- Grain: dataset, field, min_iou, metric
-- Columns:
--   dataset  dataset that the row belongs to
--   field    objects, or the question that was answered about the image
--   min_iou  IoU from which boxes mean the same object; null for answers about images and mean_pairwise_cohen_kappa
--   metric   the measure's name: see agreement
--   value    the measure, 1 for full agreement; null where all gave one and the same value
--   low      lower end of the 95 % interval, by a jackknife over images; null for fewer than three
--   high     upper end
--   n_units  objects, images, or (localisation) pairs of boxes; of mean_pairwise_cohen_kappa pairs of annotators
-- After: Efron and Stein (1981), doi 10.1214/aos/1176345462, for the jackknife
with replicates as (
    select dataset, field, min_iou, metric, left_out, value, n_units
    from agreement_replicates
    union all
    select dataset, field, null as min_iou, 'mean_pairwise_cohen_kappa' as metric, left_out, value, n_units
    from mean_kappa_replicates
    union all
    select dataset, field, null as min_iou, metric, left_out, value, n_units
    from rating_replicates
),

measured as (
    select
        dataset,
        field,
        min_iou,
        metric,
        any_value(case when left_out is null then value end) as value,
        any_value(case when left_out is null then n_units end) as n_units,
        jackknife_reach(case when left_out is not null then value end) as reach
    from replicates
    group by dataset, field, min_iou, metric
)

select
    dataset,
    field,
    min_iou,
    metric,
    case when n_units >= min_annotations() then value end as value,
    case when n_units >= min_annotations() then interval_low(value, reach, -1) end as low,
    case when n_units >= min_annotations() then interval_high(value, reach) end as high,
    n_units
from measured
