-- How probable is each class to a model that names its likeliest class alone?
--
-- Such a prediction speaks about the field that has the class; the rest of the probability is spread evenly over the
-- other classes of the field. Of several predictions for an image the surest is taken.
--
-- Grain: dataset, field, model, image_id
-- Columns:
--   dataset       dataset that the row belongs to
--   field         question that was answered
--   model         model run
--   image_id      image
--   class_scores  probability of each class, in the order of `class_positions`
with field_classes as (
    select
        dataset,
        field,
        list(distinct position) as positions,
        (select count(*) from class_positions as every where every.dataset = given.dataset) as n_classes
    from given_labels as given
    inner join class_positions using (dataset, class_name)
    group by dataset, field
),

likeliest as (
    select
        dataset,
        field,
        predicted.model,
        image_id,
        positions,
        n_classes,
        known.position as predicted_position,
        predicted.confidence
    from predicted_labels as predicted
    inner join class_positions as known using (dataset, class_name)
    inner join field_classes using (dataset)
    where
        predicted.class_scores is null
        and predicted.confidence between 0 and 1
        and list_contains(positions, known.position)
    qualify
        row_number() over (
            partition by dataset, field, predicted.model, image_id
            order by predicted.confidence desc, known.position
        ) = 1
)

select
    dataset,
    field,
    model,
    image_id,
    list_transform(range(1, n_classes + 1), lambda k: case
        when k = predicted_position then confidence
        when list_contains(positions, k) then (1 - confidence) / nullif(len(positions) - 1, 0)
        else 0e0
    end) as class_scores
from likeliest
