-- What does each model say about each image that was given a class?
--
-- Grain: dataset, field, model, image_id
-- Columns:
--   dataset       dataset that the row belongs to
--   field         question that was answered
--   model         model run
--   image_id      image
--   class_name    class that the annotators gave it
--   position      place of that class in class_scores
--   class_scores  probability of each class, in the order of `class_positions`
with labelled as (
    select given.dataset, given.field, given.image_id, given.class_name, known.position
    from given_labels as given
    inner join class_positions as known using (dataset, class_name)
)

select dataset, field, predicted.model, image_id, labelled.class_name, position, predicted.class_scores
from labelled
inner join predicted_labels as predicted using (dataset, image_id)
where predicted.class_scores is not null
union all
select dataset, field, model, image_id, class_name, position, class_scores
from labelled
inner join spread_probabilities using (dataset, field, image_id)
