-- Which classes do annotators give one and the same object or image?
--
-- Threshold: class_agreement_limit(), Krippendorff's alpha of the class; here are the pairs that lower it.
--
-- Grain: dataset, field, class_name, other
-- Columns:
--   dataset     dataset that the row belongs to
--   field       objects, or the question that was answered about the image
--   class_name  class that one annotator chose
--   other       class that another chose
--   n           pairs of annotators and objects, or images
--   violation   the same in words
select dataset, field, class_name, other, n, format('{} or {}: {} times', class_name, other, n) as violation
from class_confusions
where other <> 'absent' and class_name < other
