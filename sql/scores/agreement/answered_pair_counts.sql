-- What did two annotators answer about the images that both classified?
--
-- Grain: dataset, field, min_iou, annotator, other_annotator, block, class_name, other_class_name
-- Columns:
--   dataset           dataset that the row belongs to
--   field             question that was answered about the image
--   min_iou           null: there are no boxes
--   annotator         annotator
--   other_annotator   the later in the alphabet
--   block             0 to 19: what the jackknife leaves out at a time
--   class_name        class that the annotator chose
--   other_class_name  class that the other chose
--   n                 images
--   iou_sum           null: there are no boxes
with votes as materialized (from image_votes)

select
    one.dataset,
    one.field,
    null::double as min_iou,
    one.annotator,
    other.annotator as other_annotator,
    one.block % 20 as block,
    one.class_name,
    other.class_name as other_class_name,
    count(*) as n,
    null::double as iou_sum
from votes as one
inner join votes as other
    on
        one.dataset = other.dataset
        and one.field = other.field
        and one.image_id = other.image_id
        and one.annotator < other.annotator
group by all
