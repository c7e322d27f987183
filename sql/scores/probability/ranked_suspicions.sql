-- In which order are errors mended fastest, whatever kind, class or annotator they are of?
--
-- By gain per minute; among equals objects before answers about images, and by number, which knows the order of
-- suspicion and name: names and texts would take longer to sort, and are looked up where they are shown.
--
-- Grain: dataset, rank
-- Columns:
--   dataset            dataset that the row belongs to
--   issue              missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability  probability that it is an error
--   gain_per_minute    errors mended per minute, weighted by what each kind is worth
--   rank               1, 2, ... within the dataset
--   suspicion          0 to 1, higher is worse
--   number             its number in suspicions, or in image_label_suspicions for an answer about an image
--   field              question about the image that was answered; null for an object
--   class_name         class that the annotator chose; that the label should have for missing_label
--   annotator          who drew it, or gave the answer; null where several gave it
--   n_skips            how often it has been skipped
with valued as (
    select
        dataset, issue, error_probability, suspicion, number, field,
        error_probability * issue_benefit(issue) / nullif(issue_minutes(issue), 0) as gain_per_minute,
        coalesce(class_name, suggested_class) as class_name, annotator, n_skips
    from undecided_suspicions
)

select
    dataset, issue, error_probability, gain_per_minute,
    row_number() over (partition by dataset order by gain_per_minute desc, field is not null, number) as rank,
    suspicion, number, field, class_name, annotator, n_skips
from valued
