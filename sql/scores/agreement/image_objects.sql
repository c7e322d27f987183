-- How many objects did the annotators of each image draw between them, at each IoU from which boxes mean the same one?
--
-- Grain: dataset, image_id, min_iou
-- Columns:
--   dataset   dataset that the row belongs to
--   image_id  image that at least two annotators looked at
--   min_iou   IoU from which boxes mean the same object
--   n         objects that any of them drew
select dataset, image_id, min_iou, count(*) as n
from (
    select dataset, image_id, number, unnest(groups) as first_number, unnest(agreement_ious()) as min_iou
    from annotator_groups
)
where number = first_number
group by all
