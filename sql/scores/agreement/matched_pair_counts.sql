-- What did two annotators call the objects that both drew?
--
-- Grain: dataset, min_iou, annotator, other_annotator, block, class_name, other_class_name
-- Columns:
--   dataset           dataset that the row belongs to
--   min_iou           IoU from which boxes mean the same object
--   annotator         annotator
--   other_annotator   the later in the alphabet
--   block             0 to 19: what the jackknife leaves out at a time
--   class_name        class that the annotator chose
--   other_class_name  class that the other chose
--   n                 objects
--   iou_sum           sum of the IoU of the two annotations
with stepped as (
    select *, unnest(agreement_ious()) as min_iou
    from annotator_pairs
)

select
    dataset,
    min_iou,
    annotator,
    other_annotator,
    block % 20 as block,
    class_name,
    other_class_name,
    count(*) as n,
    sum(iou) as iou_sum
from stepped
inner join shared_images using (dataset, image_id)
where joined_iou >= min_iou
group by all
