-- What is each class taken for most often, where several annotators looked?
--
-- Grain: dataset, field, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   field          objects, or the question that was answered about the image
--   class_name     class
--   confused_with  class, or absent, that others say most often instead
--   n_confused     how often
select dataset, field, class_name, arg_max(other, (n, other)) as confused_with, max(n) as n_confused
from class_confusions
group by dataset, field, class_name
