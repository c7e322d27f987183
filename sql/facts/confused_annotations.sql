-- Which missed annotation was taken for which other class?
--
-- Each false prediction points at the missed annotation of another class that it overlaps most, at min_iou() or more;
-- of several that point at one, the most confident gets it.
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset           dataset that the row belongs to
--   model             model run
--   image_id          image
--   annotation_id     annotation that is not found
--   prediction_id     prediction that takes it for another class
--   annotation_class  class that the annotator chose
--   prediction_class  class that the model predicted
--   confidence        the model's score
--   iou               IoU of the two
with pointing as (
    select pairs.*, wrong.confidence
    from pairs
    inner join judged_predictions as wrong using (dataset, model, prediction_id)
    semi join (from judged_annotations where not is_found) as missed
        on
            pairs.dataset = missed.dataset
            and pairs.model = missed.model
            and pairs.annotation_id = missed.annotation_id
    where
        not wrong.is_correct
        and pairs.iou >= min_iou()
        and pairs.annotation_class <> pairs.prediction_class
    qualify
        row_number() over (partition by dataset, model, prediction_id order by pairs.iou desc, pairs.annotation_id) = 1
)

select
    dataset,
    model,
    image_id,
    annotation_id,
    prediction_id,
    annotation_class,
    prediction_class,
    confidence,
    iou
from pointing
qualify row_number() over (partition by dataset, model, annotation_id order by confidence desc, prediction_id) = 1
