-- What became of each gold object or answer, and of each annotation beside it, for each annotator who looked?
--
-- Pairs are taken by falling IoU, whatever their classes; annotations in gold crowds and ignored regions are left out.
-- CVAT counts likewise, by default at IoU 0.4. The build keeps pairs from IoU 0.3 on.
--
-- Grain: dataset, field, image_id, annotator, annotation_id, gold_annotation_id
-- Columns:
--   dataset             dataset that the row belongs to
--   field               objects, or the question that was answered about the image
--   image_id            image with gold that the annotator looked at
--   annotator           annotator
--   annotation_id       annotation; null where the gold object is missing, and for answers
--   class_name          class that the annotator chose; null for missing
--   gold_annotation_id  gold object; null for an annotation that gold does not know, and for answers
--   gold_class_name     class by gold; null for extra
--   outcome             correct, wrong_class, missing or extra, at min_iou()
--   iou                 IoU of the two; null for missing and extra, and for answers
with told as (
    select *, 'objects' as field, coalesce(iou >= min_iou(), false) as is_match
    from gold_matches
),

judged as (
    from told where is_match
    union all by name
    select told.* exclude (gold_annotation_id, gold_class_name, iou)
    from told
    where not is_match and annotation_id is not null
    union all by name
    select told.* exclude (annotation_id, class_name, iou)
    from told
    where not is_match and gold_annotation_id is not null
    union all by name
    select image_answers.*, gold_answers.class_name as gold_class_name
    from image_answers
    inner join gold_answers using (dataset, field, image_id)
)

select
    dataset,
    field,
    image_id,
    annotator,
    annotation_id,
    class_name,
    gold_annotation_id,
    gold_class_name,
    case
        when class_name is null then 'missing'
        when gold_class_name is null then 'extra'
        when class_name = gold_class_name then 'correct'
        else 'wrong_class'
    end as outcome,
    iou
from judged
