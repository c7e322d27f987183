-- Which boxes have a size or aspect unlike all others of their class?
--
-- They lie more than 5 standard deviations from the class's median of ln(area) or ln(width / height). The deviation is
-- taken from the median absolute one, so that outliers do not hide each other, of at least 20 annotations.
--
-- Grain: dataset, problem, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   problem        unusual_size or unusual_aspect
--   class_name     class that the annotator chose
--   image_id       image
--   annotation_id  annotation
--   value          standard deviations from the median
-- After: the validators of Datumaro, with robust deviations for its mean and sigma
with boxes as not materialized (
    select dataset, image_id, annotation_id, class_name,
        ln((box.x_max - box.x_min) * (box.y_max - box.y_min)) as log_area,
        ln((box.x_max - box.x_min) / (box.y_max - box.y_min)) as log_aspect
    from annotations
    where box.x_max > box.x_min and box.y_max > box.y_min
        and coalesce(geometry, 'box') not in ('point', 'polyline', 'keypoints')
),

usual as materialized (
    select dataset, class_name, median(log_area) as area_middle, mad(log_area) * 1.4826 as area_spread,
        median(log_aspect) as aspect_middle, mad(log_aspect) * 1.4826 as aspect_spread
    from boxes
    group by all
    having count(*) >= 20
),

measured as (
    select dataset, image_id, annotation_id, class_name,
        abs(log_area - area_middle) / nullif(area_spread, 0) as size_deviations,
        abs(log_aspect - aspect_middle) / nullif(aspect_spread, 0) as aspect_deviations
    from boxes
    inner join usual using (dataset, class_name)
)

select dataset, 'unusual_size' as problem, class_name, image_id, annotation_id, size_deviations as value
from measured
where size_deviations > 5
union all
select dataset, 'unusual_aspect' as problem, class_name, image_id, annotation_id, aspect_deviations as value
from measured
where aspect_deviations > 5
