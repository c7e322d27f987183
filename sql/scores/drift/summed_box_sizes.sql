-- How large are the boxes of each image beside the model's, annotator by annotator?
--
-- Stored: image_box_sizes
-- Grain: dataset, model, annotator, image_id
-- Columns:
--   dataset    dataset that the row belongs to
--   model      model run whose boxes are the measure; null for gold
--   annotator  who drew them
--   image_id   image
--   drawn_at   when the first of them was drawn (UTC)
--   total      sum of log ratios of the boxes' sides, less their class's median, each held within 2.5 usual distances
--   n          boxes whose time is known
with centres as (
    select dataset, model, class_name, median(offsets[1]) as centre
    from box_offsets
    group by all
)

select
    boxes.dataset, boxes.model, annotator, image_id,
    min(created_at) as drawn_at,
    sum(greatest(-2.5 * usual[1], least(2.5 * usual[1], offsets[1] - centre)) order by annotation_id) as total,
    count(*) as n
from box_offsets as boxes
inner join centres
    on
        boxes.dataset = centres.dataset and boxes.class_name = centres.class_name
        and boxes.model is not distinct from centres.model
where annotator is not null and created_at is not null
group by boxes.dataset, boxes.model, annotator, image_id
