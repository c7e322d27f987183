-- How probable is it that an annotator would draw what a model predicted, by the prediction alone?
--
-- From the model's confidence by way of `confidence_curve`, then shifted for the size of the box, the class and the
-- borders of the image that it touches, each as far as the number of predictions allows.
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
--   by_confidence  log odds of being found, from the confidence alone
--   by_size        the same, shifted for the size of the box
--   by_class       the same, shifted for the class too
--   by_border      the same, shifted for the borders too
with lowest as (
    select dataset, model, min(share_found) as share_found from confidence_curve group by all
),

confident as (
    select
        predicted.*,
        log_odds(coalesce(
            curve.share_found + coalesce(curve.slope, 0) * (predicted.confidence - curve.mean_confidence),
            lowest.share_found
        )) as by_confidence
    from predicted_objects as predicted
    asof left join confidence_curve as curve
        on
            predicted.dataset = curve.dataset
            and predicted.model = curve.model
            and predicted.confidence >= curve.mean_confidence
    inner join lowest on predicted.dataset = lowest.dataset and predicted.model = lowest.model
),

sized as (
    select *, by_confidence + group_shift(
        sum(is_found::integer) filter (where is_counted) over alike,
        sum(logistic(by_confidence)) filter (where is_counted) over alike,
        sum(logistic(by_confidence) * logistic(-by_confidence)) filter (where is_counted) over alike
    ) as by_size
    from confident
    window alike as (partition by dataset, model, size_bin)
),

classed as (
    select *, by_size + group_shift(
        sum(is_found::integer) filter (where is_counted) over alike,
        sum(logistic(by_size)) filter (where is_counted) over alike,
        sum(logistic(by_size) * logistic(-by_size)) filter (where is_counted) over alike
    ) as by_class
    from sized
    window alike as (partition by dataset, model, class_name)
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
    by_confidence,
    by_size,
    by_class,
    by_class + group_shift(
        sum(is_found::integer) filter (where is_counted) over alike,
        sum(logistic(by_class)) filter (where is_counted) over alike,
        sum(logistic(by_class) * logistic(-by_class)) filter (where is_counted) over alike
    ) as by_border
from classed
window alike as (partition by dataset, model, border_bin)
