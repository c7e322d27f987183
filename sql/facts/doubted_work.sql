-- How many of the labels that each annotator made in a batch do models doubt, image by image?
--
-- Grain: dataset, judged_by, annotator, batch, image_id
-- Columns:
--   dataset        dataset that the row belongs to; only those where models doubt any label so much
--   judged_by      suspicion
--   annotator      who drew them
--   batch          batch of the annotations, else of their jobs, else of their images
--   image_id       image
--   drawn_at       when the first of them was drawn (UTC)
--   n_annotations  labels
--   n_errors       of these, with a suspicion of probable_error() or more
select
    dataset, 'suspicion' as judged_by, annotator, batch, image_id, drawn_at, n_annotations,
    len(list_filter(highest_suspicions, lambda suspicion: suspicion >= probable_error())) as n_errors
from image_work
where
    -- Of a list DuckDB expects few rows, and hashes the datasets instead of the work.
    dataset in (
        select unnest(list(distinct told.dataset)) from suspicions as told
        where told.annotation_id is not null and told.suspicion >= probable_error()
    )
