-- In which job, and when, did each annotator work on the images with gold?
--
-- Grain: dataset, field, image_id, annotator
-- Columns:
--   dataset    dataset that the row belongs to
--   field      objects, or the question that was answered about the image
--   image_id   image with gold
--   annotator  annotator
--   job        job of the annotations or, where there are none, of the assignment; null where nobody says
--   worked_at  when the last of them was made (UTC); null where nobody says
with counted as materialized (select dataset, field, image_id, annotator from gold_counts_by_image),

drawn as (
    select dataset, 'objects' as field, image_id, annotator, min(job) as job, max(created_at) as worked_at
    from annotations
    semi join (from counted where counted.field = 'objects') as judged using (dataset, image_id, annotator)
    where not coalesce(is_gold, false)
    group by all
    union all
    select dataset, coalesce(field, 'label') as field, image_id, annotator, null as job, max(created_at) as worked_at
    from image_labels
    semi join (from counted where counted.field <> 'objects') as judged using (dataset, image_id, annotator)
    where not coalesce(is_gold, false)
    group by all
),

assigned as (
    select dataset, image_id, annotator, min(job) as job
    from assignments
    semi join counted using (dataset, image_id, annotator)
    group by all
)

select
    counted.dataset,
    counted.field,
    counted.image_id,
    counted.annotator,
    coalesce(drawn.job, assigned.job) as job,
    worked_at
from counted
left join drawn using (dataset, field, image_id, annotator)
left join assigned
    on
        counted.dataset = assigned.dataset
        and counted.image_id = assigned.image_id
        and counted.annotator = assigned.annotator
