-- Which causes stand behind many suspects, so that the guideline or a talk mends more than a review?
--
-- Counted are open suspects from probable_error() on: those of wrong_class by pair of classes, and those of each kind
-- by annotator and batch. A cause has min_cause_size() of them and min_cause_lift() times as many as expected.
--
-- Grain: dataset, field, cause
-- Columns:
--   dataset          dataset that the row belongs to
--   cause            the cause in words
--   kind             class_pair or annotator_batch
--   issue            missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   field            question about the image that was answered; null for objects
--   class_name       class that the annotators chose; of a class pair
--   suggested_class  class that models see instead; of a class pair
--   annotator        who made the labels; null for missing_label, whose annotator is nobody
--   batch            their batch
--   n_suspects       open suspects of the cause
--   n_labels         labels of the class, or of annotator and batch, the missing ones among them
--   share            n_suspects / n_labels
--   n_expected       suspects if errors were spread evenly over labels, and wrong classes as the classes are
--   lift             n_suspects / n_expected
select
    dataset,
    said || case kind when 'class_pair' then '' else ' (' || round(n_expected, 1) || ' expected)' end as cause,
    kind, issue, field, class_name, suggested_class, annotator, batch, n_suspects, n_labels,
    n_suspects / n_labels as share, n_expected, n_suspects / nullif(n_expected, 0) as lift
from cause_counts
where n_suspects >= min_cause_size() and n_suspects >= min_cause_lift() * coalesce(n_expected, 0)
order by dataset, n_suspects - coalesce(n_expected, 0) desc, field, cause
