-- Which images did each pair of annotators look at?
--
-- Grain: dataset, image_id, annotator, other_annotator
-- Columns:
--   dataset          dataset that the row belongs to
--   image_id         image
--   annotator        annotator
--   other_annotator  the later in the alphabet
--   block            0 to 19: what the jackknife leaves out at a time
with looked as (
    select dataset, image_id, annotator, block
    from image_annotators
    inner join shared_images using (dataset, image_id)
)

select
    one.dataset,
    one.image_id,
    one.annotator,
    other.annotator as other_annotator,
    one.block % 20 as block
from looked as one
inner join looked as other
    on one.dataset = other.dataset and one.image_id = other.image_id and one.annotator < other.annotator
