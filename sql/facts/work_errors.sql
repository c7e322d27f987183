-- How many of the labels that each annotator made in a batch are wrong, image by image, and who says so?
--
-- Grain: dataset, judged_by, annotator, batch, image_id
-- Columns:
--   dataset        dataset that the row belongs to
--   judged_by      review or targeted_review (see reviewed_annotations), gold, or suspicion: what models doubt
--   annotator      who drew them
--   batch          batch of the annotations, else of their jobs, else of their images
--   image_id       image
--   drawn_at       when the first of them was drawn (UTC)
--   n_annotations  labels that were judged; by gold also the objects that are missing
--   n_errors       of these, wrong; by suspicion those whose suspicion is probable_error() or more
select
    dataset, judged_by, annotator, batch, image_id,
    min(created_at) as drawn_at,
    count(*) as n_annotations,
    count(*) filter (where is_wrong) as n_errors
from reviewed_annotations
group by all
union all
select
    gold.dataset, 'gold' as judged_by, gold.annotator,
    coalesce(min(drawn.batch), min(jobs.batch), min(images.batch)) as batch,
    gold.image_id,
    min(drawn.created_at) as drawn_at,
    count(*) as n_annotations,
    count(*) filter (where gold.outcome <> 'correct') as n_errors
from gold_outcomes as gold
left join images on gold.dataset = images.dataset and gold.image_id = images.image_id
-- Columns are named, as DuckDB 1.5 would read all of them, shapes too.
left join (select dataset, annotation_id, batch, job, created_at from annotations) as drawn
    on gold.dataset = drawn.dataset and gold.annotation_id = drawn.annotation_id
left join jobs on drawn.dataset = jobs.dataset and drawn.job = jobs.job
where gold.field = 'objects'
group by gold.dataset, gold.annotator, gold.image_id
union all
from doubted_work
