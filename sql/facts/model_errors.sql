-- What errors does each model make, one by one?
--
-- A missed annotation is one that is not found and that no badly placed or wrongly classed prediction explains.
--
-- Grain: dataset, model, error_kind, prediction_id, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   image_id       image
--   class_name     class that the model predicted; for missed, class that the annotator chose
--   error_kind     bad_box, wrong_class, both, duplicate, background or missed
--   prediction_id  false prediction; null for missed
--   annotation_id  annotation that explains it, or that is missed; null for background
--   confidence     the model's score; null for missed
-- After: Bolya et al., TIDE (2020)
with wrong as (
    select dataset, model, image_id, class_name, error_kind, prediction_id, annotation_id, confidence
    from judged_predictions
    where not is_correct
)

from wrong
union all
select
    dataset,
    model,
    image_id,
    class_name,
    'missed' as error_kind,
    null as prediction_id,
    annotation_id,
    null as confidence
from judged_annotations
anti join (from wrong where error_kind in ('bad_box', 'wrong_class')) as explained
    using (dataset, model, annotation_id)
where not is_found
