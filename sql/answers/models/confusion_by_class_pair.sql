-- Which classes does a model take for which others?
--
-- One to one: first the correct predictions, then each false one points at the missed annotation of another class
-- that it overlaps most, at min_iou() or more, and the most confident gets it. What is left faces `background`.
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
with wrong as (
    from judged_predictions where not is_correct
),

missed as (
    from judged_annotations where not is_found
),

pointing as (
    select pairs.*, wrong.confidence
    from pairs
    inner join wrong using (dataset, model, prediction_id)
    semi join missed on
        pairs.dataset = missed.dataset
        and pairs.model = missed.model
        and pairs.annotation_id = missed.annotation_id
    where pairs.iou >= min_iou() and pairs.annotation_class <> pairs.prediction_class
    qualify
        row_number() over (
            partition by dataset, model, prediction_id order by pairs.iou desc, pairs.annotation_id
        ) = 1
),

confused as (
    from pointing
    qualify
        row_number() over (
            partition by dataset, model, annotation_id order by confidence desc, prediction_id
        ) = 1
),

faced as (
    select dataset, model, class_name as annotation_class, class_name as prediction_class
    from judged_predictions
    where is_correct
    union all
    select dataset, model, annotation_class, prediction_class
    from confused
    union all
    select dataset, model, 'background' as annotation_class, class_name as prediction_class
    from wrong
    anti join confused using (dataset, model, prediction_id)
    union all
    select dataset, model, class_name as annotation_class, 'background' as prediction_class
    from missed
    anti join confused using (dataset, model, annotation_id)
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
