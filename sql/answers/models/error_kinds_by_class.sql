-- What kinds of error does a model make in each class?
--
-- The errors themselves are the rows of `model_errors`.
--
-- Grain: dataset, model, class_name, error_kind
-- Columns:
--   dataset          dataset that the row belongs to
--   model            model run
--   class_name       class that the model predicted; for missed, class that the annotator chose
--   error_kind       bad_box, wrong_class, both, duplicate, background or missed
--   n_errors         errors of this kind at min_iou() and min_confidence()
--   n_judged         predictions of the class that count; for missed, annotations of the class that count
--   error_rate       n_errors / n_judged; null when too few were judged
--   error_rate_low   lower end of its 95 % interval
--   error_rate_high  upper end
-- After: Bolya et al., TIDE (2020); Wilson (1927) for the intervals
with errors as (
    select dataset, model, class_name, error_kind, count(*) as n_errors
    from model_errors
    group by all
),

judged as (
    select dataset, model, class_name, false as is_annotation, count(*) as n_judged
    from judged_predictions
    group by all
    union all
    select dataset, model, class_name, true as is_annotation, count(*) as n_judged
    from judged_annotations
    group by all
),

kinds (error_kind, is_annotation, place) as (
    values
    ('bad_box', false, 1),
    ('wrong_class', false, 2),
    ('both', false, 3),
    ('duplicate', false, 4),
    ('background', false, 5),
    ('missed', true, 6)
)

select
    dataset,
    model,
    class_name,
    error_kind,
    coalesce(n_errors, 0) as n_errors,
    n_judged,
    rate(coalesce(n_errors, 0), n_judged) as error_rate,
    wilson_low(coalesce(n_errors, 0), n_judged) as error_rate_low,
    wilson_high(coalesce(n_errors, 0), n_judged) as error_rate_high
from judged
inner join kinds using (is_annotation)
left join errors using (dataset, model, class_name, error_kind)
order by dataset, model, class_name, place
