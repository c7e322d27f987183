-- What did each annotator answer to each question about an image?
--
-- Several classes of one annotator for one image and question are one answer.
--
-- Grain: dataset, field, image_id, annotator
-- Columns:
--   dataset     dataset that the row belongs to
--   field       question that was answered; label where the source does not name it
--   image_id    image
--   annotator   who answered
--   class_name  answer; several classes of one are joined by a comma
select
    dataset,
    coalesce(field, 'label') as field,
    image_id,
    annotator,
    case
        when min(class_name) = max(class_name) then min(class_name)
        else string_agg(distinct class_name, ', ' order by class_name)
    end as class_name
from image_labels
where annotator is not null and class_name is not null and not coalesce(is_gold, false)
group by all
