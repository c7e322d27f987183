-- What is wrong with the annotations themselves, before anybody looks at a picture?
--
-- An error cannot be trained on or written in a format, a warning is probably wrong, a note is worth knowing.
--
-- Grain: dataset, problem, class_name, image_id, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   severity       error, warning or note
--   problem        undefined_class, class_without_annotations, few_annotations, rare_class, single_class; no_class,
--                    no_shape, negative_length, degenerate_box, outside_image, out_of_bounds, unusual_size,
--                    unusual_aspect; unknown_image, repeated_id, repeated_object, empty_image, unannotated_image,
--                    repeated_file
--   class_name     class that it is about, or of the annotation
--   image_id       image; null where a class is meant
--   annotation_id  annotation; null where a class or an image is meant
--   value          what was measured: pixels, deviations, how many
--   limit_value    what value was compared with; null where none was
-- After: the validators of Datumaro
select dataset, severity, problem, class_name, image_id, annotation_id, value, limit_value
from (
    select dataset, severity, problem, class_name, null as image_id, null as annotation_id, value, limit_value
    from class_problems
    union all
    select dataset, severity, problem, class_name, image_id, annotation_id, value, limit_value
    from box_problems
    union all
    select dataset, severity, problem, class_name, image_id, annotation_id, value, null as limit_value
    from image_problems
    union all
    select dataset, 'note' as severity, problem, class_name, image_id, annotation_id, value, 5e0 as limit_value
    from unusual_boxes
)
order by dataset, severity, problem, class_name, image_id, annotation_id
