-- How good are each annotator's classes, without any gold?
--
-- Three ways of telling what the annotators of an image mean together: the majority, Dawid-Skene's confusions, and
-- CROWDLAB's weights of annotators and a model. The build keeps what they find.
--
-- Grain: dataset, field, annotator, method, model
-- Columns:
--   dataset    dataset that the row belongs to
--   field      question that was answered
--   annotator  who chose the classes
--   method     majority, dawid_skene or crowdlab
--   model      model of crowdlab; else null
--   n_votes    votes of the annotator
--   quality    how good a vote is, 0 to 1; null for an annotator of whom the method cannot tell
--   agreement  share of the votes that are the consensus
--   weight     CROWDLAB's weight of a vote; null for the others
-- After: Dawid and Skene (1979); Goh, Tkachenko and Mueller, CROWDLAB (2022)
select dataset, field, annotator, method, model, n_votes, quality, agreement, weight
from annotator_qualities
order by dataset, field, method, model, quality, annotator
