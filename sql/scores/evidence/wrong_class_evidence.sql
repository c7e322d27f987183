-- How strongly does each model speak for another class than the annotator's?
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset          dataset that the row belongs to
--   model            model run
--   annotation_id    annotation
--   image_id         image
--   prediction_id    prediction that speaks loudest for another class; null where none is near
--   suggested_class  that class; null where no other is near
--   log_odds         log odds that the class is wrong
--   evidence         the same in words
select
    dataset,
    model,
    annotation_id,
    image_id,
    other_id as prediction_id,
    other_class as suggested_class,
    wrong_class_log_odds(other, support, raw_other, raw_support, seen, company) as log_odds,
    model || case
        when other_class is null then ' sees no other class there'
        else
            ' sees ' || other_class || ' there at confidence ' || round(other_confidence, 2)
            || ', IoU ' || round(other_iou, 2)
    end
    || case
        when raw_support > 0 then '; ' || class_name || ' at ' || round(raw_support, 2)
        else '; no ' || class_name || ' there'
    end
    || case when company > 0 or seen > 0.5e0 then '' else ', nor elsewhere in the image' end as evidence
from objects_by_model
