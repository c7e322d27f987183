-- What does each model hold against the class that an image was given?
--
-- Classes that a model does not know are left to the others.
--
-- Grain: dataset, field, model, image_id
-- Columns:
--   dataset           dataset that the row belongs to
--   field             question that was answered
--   model             model run
--   image_id          image
--   class_name        class that the annotators gave it
--   self_confidence   probability of that class
--   usual_confidence  mean of it over the images that were given the class
--   other_class       likeliest other class
--   other_confidence  probability of other_class
--   confident_class   class that the model is confident of, see `confident_joint`; null where of none
--   is_label_issue    true when that is another class than the given one, which is not the likeliest either
--   log_odds          log odds of the label being wrong
with said as (
    select
        probabilities.*,
        class_names,
        thresholds,
        positions,
        list_transform(positions, lambda k: case when k <> position then class_scores[k] end) as other_scores,
        list_filter(positions, lambda k: class_scores[k] >= thresholds[k] - 1e-6) as confident_positions,
        list_position(class_scores, list_max(class_scores)) as likeliest
    from label_probabilities as probabilities
    inner join label_models using (dataset, field, model)
    where thresholds[position] is not null
),

counted as (
    select
        *,
        list_max(other_scores) as other_score,
        positions[list_position(other_scores, other_score)] as other_position,
        case when len(confident_positions) > 1 then likeliest else confident_positions[1] end as confident
    from said
)

select
    dataset,
    field,
    model,
    image_id,
    class_name,
    class_scores[position] as self_confidence,
    thresholds[position] as usual_confidence,
    class_names[other_position] as other_class,
    other_score as other_confidence,
    class_names[confident] as confident_class,
    coalesce(
        confident <> position and other_score > class_scores[position] + 1e-6, false
    ) as is_label_issue,
    label_log_odds(class_scores[position], thresholds[position], other_score) as log_odds
from counted
