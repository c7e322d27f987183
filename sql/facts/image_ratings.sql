-- What number did each annotator give each image that several annotators rated?
--
-- A question is rated when every answer to it is a number, of at most 100 different ones.
--
-- Grain: dataset, field, image_id, annotator
-- Columns:
--   dataset       dataset that the row belongs to
--   field         question that was answered
--   image_id      image
--   annotator     who answered
--   rating        answer as a number
--   n_annotators  annotators who answered, at least two
--   block         0 to 199: what the jackknife leaves out at a time, as in image_votes
with votes as materialized (from image_votes),

scales as (
    select dataset, field
    from votes
    group by all
    having bool_and(coalesce(isfinite(try_cast(class_name as double)), false)) and count(distinct class_name) <= 100
)

select
    dataset,
    field,
    image_id,
    annotator,
    class_name::double as rating,
    n_annotators,
    block
from votes
semi join scales using (dataset, field)
