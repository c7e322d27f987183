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
with told as (
    select dataset, coalesce(field, 'label') as field, image_id, annotator, class_name
    from image_labels
    where annotator is not null and class_name is not null and not coalesce(is_gold, false)
),

grouped as (
    select dataset, field, image_id, annotator, min(class_name) as class_name, max(class_name) as last_class
    from told
    group by dataset, field, image_id, annotator
)

select dataset, field, image_id, annotator, class_name
from grouped
where class_name = last_class
union all
select dataset, field, image_id, annotator, string_agg(distinct class_name, ', ' order by class_name) as class_name
from told
semi join (from grouped where grouped.class_name <> last_class) as several using (dataset, field, image_id, annotator)
group by dataset, field, image_id, annotator
