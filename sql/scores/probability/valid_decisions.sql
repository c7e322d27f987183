-- Which decisions are on labels that still are what the reviewer saw?
--
-- A decision covers a label as it was: when its class or box was changed since, it is a suspect like any other. Those
-- on missing labels are told by covered_places.
--
-- Grain: dataset, issue, image_id, field, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   issue          wrong_class, bad_box, extra_label or duplicate_label
--   image_id       image
--   field          question about the image that was answered; null for an object
--   annotation_id  annotation; null for an answer about the image
--   decision       the newest decision
--   n_skips        how often it had been skipped by then
select decided.dataset, issue, decided.image_id, decided.field, decided.annotation_id, decision, n_skips
from standing_decisions as decided
left join annotations
    on decided.dataset = annotations.dataset and decided.annotation_id = annotations.annotation_id
left join image_label_suspicions as answers
    on decided.dataset = answers.dataset and decided.image_id = answers.image_id and decided.field = answers.field
where
    is_latest and issue <> 'missing_label' and same_box(annotations.box, decided.box)
    and coalesce(annotations.class_name, answers.class_name)
    = coalesce(decided.class_name, annotations.class_name, answers.class_name)
