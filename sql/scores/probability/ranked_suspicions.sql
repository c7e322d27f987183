-- In which order are errors mended fastest, whatever kind, class or annotator they are of?
--
-- By gain per minute; among equals by name.
--
-- Grain: dataset, rank
-- Columns:
--   dataset            dataset that the row belongs to
--   issue              missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability  probability that it is an error
--   minutes            what a reviewer needs for one of its kind
--   gain_per_minute    errors mended per minute, weighted by what each kind is worth
--   rank               1, 2, ... within the dataset
--   suspicion          0 to 1, higher is worse
--   image_id           image
--   field              question about the image that was answered; null for an object
--   annotation_id      annotation; null for missing_label and for an answer about the image
--   model              model that speaks loudest; null for duplicate_label
--   prediction_id      its prediction; null where it is the lack of one
--   class_name         class that the annotator chose
--   suggested_class    class that the label should have: for wrong_class and missing_label
--   annotator          who drew it, or gave the answer; null where several gave it
--   n_skips            how often it has been skipped
with valued as (
    select
        suspects.dataset, issue, error_probability, issue_minutes(issue) as minutes,
        error_probability * issue_benefit(issue) / nullif(issue_minutes(issue), 0) as gain_per_minute,
        suspects.suspicion, suspects.image_id, suspects.field, suspects.annotation_id, suspects.model, prediction_id,
        coalesce(drawn.class_name, told.class_name) as class_name, suspects.suggested_class,
        coalesce(drawn.annotator, told.annotator) as annotator, n_skips
    from undecided_suspicions as suspects
    left join annotations as drawn
        on suspects.dataset = drawn.dataset and suspects.annotation_id = drawn.annotation_id
    left join image_label_suspicions as told
        on suspects.dataset = told.dataset and suspects.image_id = told.image_id and suspects.field = told.field
)

select
    dataset, issue, error_probability, minutes, gain_per_minute,
    row_number() over (
        partition by dataset
        order by gain_per_minute desc, annotation_id, image_id, field, model, prediction_id, issue
    ) as rank,
    suspicion, image_id, field, annotation_id, model, prediction_id, class_name, suggested_class, annotator, n_skips
from valued
