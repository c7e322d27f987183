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
with tested as (
    select dataset, annotator, image_id, count(*) as n, count(*) filter (where outcome <> 'correct') as n_errors
    from gold_outcomes
    where field = 'objects'
    group by all
)

select
    dataset, judged_by, annotator, batch, image_id,
    min(created_at) as drawn_at,
    count(*) as n_annotations,
    count(*) filter (where is_wrong) as n_errors
from reviewed_annotations
group by all
union all
select
    gold.dataset, 'gold' as judged_by, gold.annotator, coalesce(min(work.batch), min(images.batch)) as batch,
    gold.image_id,
    min(drawn_at) as drawn_at,
    any_value(n) as n_annotations,
    any_value(gold.n_errors) as n_errors
from tested as gold
left join image_work as work
    on
        gold.dataset = work.dataset and gold.image_id = work.image_id
        and gold.annotator is not distinct from work.annotator
left join images on gold.dataset = images.dataset and gold.image_id = images.image_id
group by gold.dataset, gold.annotator, gold.image_id
union all
from doubted_work
