-- How much did each annotator draw in each batch, image by image, and how suspicious is it?
--
-- Stored: image_work
-- Grain: dataset, annotator, batch, image_id
-- Columns:
--   dataset             dataset that the row belongs to
--   annotator           who drew it
--   batch               batch of the annotations, else of their jobs, else of their images
--   image_id            image
--   drawn_at            when the first of them was drawn (UTC)
--   n_annotations       objects; gold, crowds and ignored annotations left out
--   highest_suspicions  the highest suspicion of each object that has one, rising
with doubted as (
    select dataset, annotation_id, max(suspicion) as suspicion
    from suspicions
    where annotation_id is not null
    group by all
)

select
    drawn.dataset, drawn.annotator, drawn.batch, drawn.image_id,
    min(created_at) as drawn_at,
    count(*) as n_annotations,
    coalesce(list(suspicion order by suspicion) filter (where suspicion is not null), [])
        as highest_suspicions
from drawn_annotations as drawn
left join doubted on drawn.dataset = doubted.dataset and drawn.annotation_id = doubted.annotation_id
group by drawn.dataset, drawn.annotator, drawn.batch, drawn.image_id
