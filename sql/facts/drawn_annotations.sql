-- Who drew which object, in which batch, and when?
--
-- Left out are gold, crowds and ignored annotations, which are nobody's ordinary work.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation
--   image_id       image
--   annotator      who drew it; null where it is not known
--   batch          batch of the annotation, else of its job, else of its image
--   job            job
--   class_name     class that the annotator chose
--   box            box that the annotator drew
--   created_at     when it was drawn (UTC)
select
    annotations.dataset,
    annotations.annotation_id,
    annotations.image_id,
    annotations.annotator,
    coalesce(annotations.batch, jobs.batch, images.batch) as batch,
    annotations.job,
    annotations.class_name,
    annotations.box,
    annotations.created_at
from annotations
left join jobs on annotations.dataset = jobs.dataset and annotations.job = jobs.job
left join images on annotations.dataset = images.dataset and annotations.image_id = images.image_id
where
    not coalesce(annotations.is_gold, false)
    and not coalesce(annotations.is_crowd, false)
    and not coalesce(annotations.is_ignored, false)
