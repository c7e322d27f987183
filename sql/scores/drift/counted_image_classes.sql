-- How many objects of each class did each annotator draw in each image, and what do models take them for instead?
--
-- Stored: image_classes
-- Grain: dataset, annotator, image_id, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   annotator      who drew them
--   image_id       image
--   class_name     class that the annotator chose
--   n_annotations  objects; gold, crowds and ignored annotations left out
--   doubts         of each that models take for another class that class, and the suspicion
with doubted as (
    select dataset, annotation_id, max_by(suggested_class, suspicion) as suggested_class, max(suspicion) as suspicion
    from suspicions
    where issue = 'wrong_class'
    group by all
)

select
    drawn.dataset, drawn.annotator, drawn.image_id, drawn.class_name,
    count(*) as n_annotations,
    coalesce(
        list({ 'suggested_class': suggested_class, 'suspicion': suspicion } order by suspicion, suggested_class)
        filter (where suggested_class is not null),
        []
    ) as doubts
from drawn_annotations as drawn
left join doubted on drawn.dataset = doubted.dataset and drawn.annotation_id = doubted.annotation_id
group by drawn.dataset, drawn.annotator, drawn.image_id, drawn.class_name
