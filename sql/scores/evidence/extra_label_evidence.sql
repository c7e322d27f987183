-- How strongly does each model speak for there being nothing where an annotation is?
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   annotation_id  annotation
--   image_id       image
--   log_odds       log odds that it shows nothing
--   evidence       the same in words
select
    dataset,
    model,
    annotation_id,
    objects.image_id,
    extra_label_log_odds(
        findable, nearest_iou, touched, best_same_iou, company, coalesce(twins.iou, 0)
    ) as log_odds,
    model || ' would find such an object with probability ' || round(findable, 2) || '; '
    || case
        when best_any_iou > 0 then 'its nearest prediction has IoU ' || round(best_any_iou, 2)
        else 'it predicts nothing there'
    end
    || case
        when has_company then ''
        else '; no other ' || class_name || ' in the image'
    end as evidence
from objects_by_model as objects
inner join findable_objects using (dataset, model, annotation_id, class_name)
left join label_twins as twins using (dataset, annotation_id)
