-- Which classes does a model take for which others?
--
-- One to one: first the correct predictions, then those that take a missed annotation for another class (see
-- `confused_annotations`). What is left faces `background`.
--
-- Grain: dataset, model, annotation_class, prediction_class
-- Columns:
--   dataset               dataset that the row belongs to
--   model                 model run
--   annotation_class      class that the annotator chose; background where the model saw what is not annotated
--   prediction_class      class that the model predicted; background where it missed the annotation
--   n                     objects of this pair
--   n_annotations         annotations of annotation_class; null for background
--   annotation_rate       n / n_annotations
--   annotation_rate_low   lower end of its 95 % interval
--   annotation_rate_high  upper end
--   n_predictions         predictions of prediction_class; null for background
--   prediction_rate       n / n_predictions
--   prediction_rate_low   lower end of its 95 % interval
--   prediction_rate_high  upper end
-- After: Wilson (1927) for the intervals
with confused as materialized (from confused_annotations),

faced as (
    select dataset, model, class_name as annotation_class, class_name as prediction_class
    from judged_predictions
    where is_correct
    union all
    select dataset, model, annotation_class, prediction_class
    from confused
    union all
    select dataset, model, 'background' as annotation_class, class_name as prediction_class
    from judged_predictions
    anti join confused using (dataset, model, prediction_id)
    where not is_correct
    union all
    select dataset, model, class_name as annotation_class, 'background' as prediction_class
    from judged_annotations
    anti join confused using (dataset, model, annotation_id)
    where not is_found
),

counted as (
    select *, count(*) as n
    from faced
    group by all
),

totalled as (
    select
        *,
        case when annotation_class <> 'background' then
            sum(n) over (partition by dataset, model, annotation_class)::bigint
        end as n_annotations,
        case when prediction_class <> 'background' then
            sum(n) over (partition by dataset, model, prediction_class)::bigint
        end as n_predictions
    from counted
)

select
    dataset,
    model,
    annotation_class,
    prediction_class,
    n,
    n_annotations,
    rate(n, n_annotations) as annotation_rate,
    wilson_low(n, n_annotations) as annotation_rate_low,
    wilson_high(n, n_annotations) as annotation_rate_high,
    n_predictions,
    rate(n, n_predictions) as prediction_rate,
    wilson_low(n, n_predictions) as prediction_rate_low,
    wilson_high(n, n_predictions) as prediction_rate_high
from totalled
order by dataset, model, annotation_class = prediction_class, n desc, annotation_class, prediction_class
