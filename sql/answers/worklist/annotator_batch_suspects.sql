-- How many suspects of each kind does an annotator's batch hold, and how many would be usual?
--
-- Counted are probable_suspects. Answers about whole images are counted apart, by question.
--
-- Grain: dataset, issue, field, annotator, batch
-- Columns:
--   dataset     dataset that the row belongs to
--   kind        annotator_batch
--   issue       missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   field       question about the image that was answered; null for objects
--   annotator   who made the labels; null for missing_label, whose annotator is nobody
--   batch       batch of the labels, else of their images
--   n_suspects  open suspects
--   n_labels    labels of annotator and batch, the missing ones among them
--   n_expected  suspects if they were spread evenly over the labels of the dataset
--   said        the same in words
select dataset, kind, issue, field, annotator, batch, n_suspects, n_labels, n_expected, said
from cause_counts
where kind = 'annotator_batch'
order by dataset, issue, field, n_suspects - n_expected desc, annotator, batch
