-- How are the annotations spread over the classes?
--
-- Grain: dataset, class_name
-- Columns:
--   dataset                dataset that the row belongs to
--   class_name             class of the taxonomy, or of an annotation
--   n_annotations          annotations of the class
--   n_images               images that show it
--   n_crowds               of the annotations, regions of many objects
--   n_ignored              of the annotations, those marked to be ignored or difficult
--   median_area            median area of an annotation in square pixels
--   n_annotations_dataset  annotations of all classes
--   annotation_rate        n_annotations / n_annotations_dataset
--   annotation_rate_low    lower end of its 95 % interval
--   annotation_rate_high   upper end
--   n_images_dataset       images of the dataset
--   image_rate             n_images / n_images_dataset
--   image_rate_low         lower end of its 95 % interval
--   image_rate_high        upper end
-- After: Wilson (1927) for the intervals
with counted as (
    select
        dataset,
        class_name,
        count(*) as n_annotations,
        count(distinct image_id) as n_images,
        count(*) filter (where is_crowd) as n_crowds,
        count(*) filter (where is_ignored or difficult) as n_ignored,
        median(area) as median_area
    from annotations
    group by all
),

pictures as (
    select dataset, count(distinct image_id) as n_images_dataset
    from images
    group by all
),

filled as (
    select
        dataset,
        class_name,
        coalesce(n_annotations, 0) as n_annotations,
        coalesce(n_images, 0) as n_images,
        coalesce(n_crowds, 0) as n_crowds,
        coalesce(n_ignored, 0) as n_ignored,
        median_area,
        coalesce(sum(n_annotations) over (partition by dataset), 0)::bigint as n_annotations_dataset,
        coalesce(n_images_dataset, 0) as n_images_dataset
    from (select distinct dataset, class_name from classes)
    full join counted using (dataset, class_name)
    left join pictures using (dataset)
)

select
    dataset,
    class_name,
    n_annotations,
    n_images,
    n_crowds,
    n_ignored,
    median_area,
    n_annotations_dataset,
    rate(n_annotations, n_annotations_dataset) as annotation_rate,
    wilson_low(n_annotations, n_annotations_dataset) as annotation_rate_low,
    wilson_high(n_annotations, n_annotations_dataset) as annotation_rate_high,
    n_images_dataset,
    rate(n_images, n_images_dataset) as image_rate,
    wilson_low(n_images, n_images_dataset) as image_rate_low,
    wilson_high(n_images, n_images_dataset) as image_rate_high
from filled
order by dataset, n_annotations desc, class_name
