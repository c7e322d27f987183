-- Which predictions can speak about labels, and which of them found one?
--
-- Left out are predictions of a class that is not in the taxonomy.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset         dataset that the row belongs to
--   model           model run
--   prediction_id   prediction
--   image_id        image
--   class_name      class that the model predicted
--   confidence      the model's score
--   box             box that the model predicted
--   size_bin        size of the box in steps, see the macro size_bin
--   border_bin      sides of the image that the box touches, 2 for more
--   confidence_bin  1, 2, ... 15: as much confidence in each, so that a flood of unsure predictions fills few bins;
--                   fewer bins where there are few predictions
--   is_counted      false for predictions on crowds and ignored annotations, and beyond the number that COCO allows
--   is_found        true when it is a true positive at IoU 0.5
select
    matches.dataset,
    matches.model,
    matches.prediction_id,
    matches.image_id,
    matches.prediction_class as class_name,
    matches.confidence,
    predictions.box,
    size_bin(predictions.box) as size_bin,
    least(2, n_borders(predictions.box, images.width, images.height)) as border_bin,
    1 + floor(
        least(15, 1 + count(*) over of_model // 60)
        * (sum(greatest(matches.confidence, 1e-9)) over by_confidence - greatest(matches.confidence, 1e-9) / 2)
        / sum(greatest(matches.confidence, 1e-9)) over of_model
    )::bigint as confidence_bin,
    matches.outcome <> 'ignored' as is_counted,
    matches.outcome = 'true_positive' as is_found
from matches
inner join predictions using (dataset, model, prediction_id)
left join images on matches.dataset = images.dataset and matches.image_id = images.image_id
where matches.rank is not null
window
    of_model as (partition by matches.dataset, matches.model),
    by_confidence as (
        partition by matches.dataset, matches.model
        order by matches.confidence, matches.prediction_id
        rows between unbounded preceding and current row
    )
