-- Which annotations are judged?
--
-- Left out are crowds and ignored annotations and, on images with gold annotations, all others.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   image_id       image
--   class_name     class that the annotator chose
--   annotator      who drew it
--   box            box that the annotator drew
--   size_bin       size of the box in steps, see the macro size_bin
--   drawn_at       when it was drawn (UTC)
--   is_difficult   true when it is marked difficult
--   has_company    true when the image holds another annotation of the class by the same annotator
select
    dataset,
    annotation_id,
    image_id,
    class_name,
    annotator,
    box,
    size_bin(box) as size_bin,
    created_at as drawn_at,
    coalesce(difficult, false) as is_difficult,
    count(*) over (partition by dataset, image_id, class_name, annotator) > 1 as has_company
from annotations
where
    not coalesce(is_crowd, false)
    and not coalesce(is_ignored, false)
qualify coalesce(is_gold, false) or not bool_or(coalesce(is_gold, false)) over (partition by dataset, image_id)
