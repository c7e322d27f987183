-- What is each prediction that counts, and which annotation explains it?
--
-- Left out are predictions below min_confidence(), and ignored ones: those on crowds, and those beyond the number
-- of predictions that COCO allows an image and class.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   image_id       image
--   prediction_id  prediction
--   class_name     class that the model predicted
--   confidence     the model's score
--   is_correct     true when it found an annotation of its class at min_iou()
--   error_kind     why it is false: bad_box, wrong_class, both, duplicate or background; null when correct
--   annotation_id  annotation that it found, or that explains its error; null for background
--   iou            IoU with that annotation
-- After: the error kinds are TIDE's, Bolya et al., TIDE (2020), with IoU 0.1 as the least that touches an object
with counted as (
    select *, holds(tp_mask) as is_correct
    from matches
    where
        prediction_id is not null
        and not holds(ignore_mask)
        and confidence >= min_confidence()
),

explained as (
    select
        *,
        case
            when is_correct then null
            when best_same_iou between 0.1e0 and min_iou() then 'bad_box'
            when best_other_iou >= min_iou() then 'wrong_class'
            when best_same_iou >= min_iou() then 'duplicate'
            when greatest(best_same_iou, best_other_iou) <= 0.1e0 then 'background'
            else 'both'
        end as kind,
        kind in ('bad_box', 'duplicate') or (kind = 'both' and best_same_iou >= best_other_iou) as is_by_same
    from counted
)

select
    dataset,
    model,
    image_id,
    prediction_id,
    prediction_class as class_name,
    confidence,
    is_correct,
    kind as error_kind,
    case
        when is_correct then annotation_id
        when kind <> 'background' then case when is_by_same then best_same_id else best_other_id end
    end as annotation_id,
    case
        when is_correct then iou
        when kind <> 'background' then case when is_by_same then best_same_iou else best_other_iou end
    end as iou
from explained
