-- Which annotations did somebody judge, and who found them right or wrong?
--
-- What was drawn for review by risk is told apart from what was drawn at random, or reviewed wholly: it holds more
-- errors than the dataset. Class, size and so on are those of the annotation as it was reviewed, where `events` tells
-- what changed since.
--
-- Grain: dataset, judged_by, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   judged_by      review (drawn at random, all, or nobody said how) or targeted_review (drawn by risk)
--   annotation_id  annotation; it may be gone since
--   image_id       image
--   annotator      who drew it
--   batch          batch of the annotation, else of its job, else of its image
--   job            job
--   class_name     class that the annotator chose; null where the annotation is gone and no event tells its class
--   class_now      class that the annotation has since; null where it is gone, gold, a crowd or ignored
--   area           area in square pixels; null where the annotation is gone
--   occluded       how far it is hidden, 0 to 1
--   created_at     when it was drawn (UTC)
--   judged_at      when it was judged first (UTC)
--   is_wrong       true when any review rejected or fixed it
--   error_kind     missing_label, wrong_class, bad_box, extra_label or duplicate_label; null when right or not told
select
    told.dataset, judged_by, annotation_id, told.image_id, annotator,
    coalesce(told.batch, jobs.batch, images.batch) as batch, told.job, class_name, class_now, area, occluded,
    told.created_at, judged_at, is_wrong, error_kind
from reviewed_labels as told
left join jobs on told.dataset = jobs.dataset and told.job = jobs.job
left join images on told.dataset = images.dataset and told.image_id = images.image_id
