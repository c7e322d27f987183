-- What did each annotator say of each image that several annotators classified?
--
-- Grain: dataset, field, image_id, annotator
-- Columns:
--   dataset       dataset that the row belongs to
--   field         question that was answered; label where the source does not name it
--   image_id      image
--   annotator     who answered
--   class_name    answer
--   n_annotators  annotators who answered, at least two
--   block         0 to 199: what the jackknife leaves out at a time, as in shared_images
with counted as (
    select dataset, field, image_id, count(*)::integer as n_annotators
    from image_answers
    group by all
    having count(*) > 1
),

numbered as (
    select
        *,
        ((row_number() over (partition by dataset, field order by image_id) - 1) % 200)::integer as block
    from counted
)

select
    dataset,
    field,
    image_id,
    annotator,
    class_name,
    n_annotators,
    block
from image_answers
inner join numbered using (dataset, field, image_id)
