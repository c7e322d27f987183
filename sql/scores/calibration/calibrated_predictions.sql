-- How probable is it that an annotator would draw what a model predicted?
--
-- The log odds of `prediction_odds`, shifted for the company of the prediction: how many predictions of its class the
-- image holds, and how probable the best of the others is.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   prediction_id  prediction
--   image_id       image
--   class_name     class that the model predicted
--   confidence     the model's score
--   box            box that the model predicted
--   is_counted     false for predictions on crowds and ignored annotations, and beyond the number that COCO allows
--   is_found       true when it is a true positive at IoU 0.5
--   n_alike        predictions of the class in the image, 6 for more
--   best_other     log odds of the best other one; null where there is none
--   calibrated     probability, 0 to 1
with placed as (
    select
        *,
        least(6, count(*) over alike) as n_alike,
        case
            when row_number() over best_first = 1 then lead(by_border) over best_first
            else first_value(by_border) over best_first
        end as best_other
    from prediction_odds
    window
        alike as (partition by dataset, model, image_id, class_name),
        best_first as (
            partition by dataset, model, image_id, class_name
            order by by_border desc, prediction_id
        )
),

binned as (
    select
        *,
        case
            when best_other is null or best_other < log_odds(0.02) then 0
            when best_other < log_odds(0.1) then 1
            when best_other < log_odds(0.3) then 2
            when best_other < log_odds(0.6) then 3
            when best_other < log_odds(0.85) then 4
            else 5
        end as company_bin
    from placed
)

select
    dataset,
    model,
    prediction_id,
    image_id,
    class_name,
    confidence,
    box,
    is_counted,
    is_found,
    n_alike,
    best_other,
    logistic(by_border + group_shift(
        sum(is_found::integer) filter (where is_counted) over alike,
        sum(logistic(by_border)) filter (where is_counted) over alike,
        sum(logistic(by_border) * logistic(-by_border)) filter (where is_counted) over alike
    )) as calibrated
from binned
window alike as (partition by dataset, model, n_alike, company_bin)
