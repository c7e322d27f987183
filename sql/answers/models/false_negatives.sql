-- Which annotations does a model miss, and what did it say nearby?
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset             dataset that the row belongs to
--   model               model run
--   image_id            image
--   file_name           path of the picture as the source gives it
--   annotation_id       annotation that no prediction of its class finds at min_iou() and min_confidence()
--   class_name          class that the annotator chose
--   box                 box that the annotator drew
--   area                its area in square pixels
--   annotator           who drew it
--   batch               batch of the annotation, else of the image
--   prediction_id       prediction that overlaps it most, of any class and confidence; null below IoU 0.1
--   prediction_class    class of that prediction
--   confidence          confidence of that prediction
--   iou                 IoU with that prediction
with missed as (
    from judged_annotations where not is_found
),

nearest as (
    select pairs.*
    from pairs
    semi join missed using (dataset, model, annotation_id)
    qualify
        row_number() over (
            partition by pairs.dataset, pairs.model, pairs.annotation_id
            order by pairs.iou desc, pairs.prediction_id
        ) = 1
)

select
    missed.dataset,
    missed.model,
    missed.image_id,
    images.file_name,
    missed.annotation_id,
    missed.class_name,
    annotations.box,
    annotations.area,
    annotations.annotator,
    coalesce(annotations.batch, images.batch) as batch,
    nearest.prediction_id,
    nearest.prediction_class,
    predictions.confidence,
    nearest.iou
from missed
left join images using (dataset, image_id)
left join annotations using (dataset, annotation_id)
left join nearest
    on
        missed.dataset = nearest.dataset
        and missed.model = nearest.model
        and missed.annotation_id = nearest.annotation_id
left join predictions
    on
        nearest.dataset = predictions.dataset
        and nearest.model = predictions.model
        and nearest.prediction_id = predictions.prediction_id
order by missed.dataset, missed.model, missed.class_name, missed.image_id, missed.annotation_id
