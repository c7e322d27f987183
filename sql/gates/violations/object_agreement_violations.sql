-- On which classes do annotators not agree whether an object is there and what it is?
--
-- Threshold: object_agreement_limit(), Krippendorff's alpha of one class against all else, absent included.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class
--   value       alpha of the class
--   n           annotations of it where several annotators looked
--   violation   the same in words
select dataset, class_name, alpha as value, n::bigint as n,
    format('{}: alpha {:.3f}, most often taken for {}', class_name, alpha, coalesce(confused_with, '-')) as violation
from class_replicates
left join likeliest_confusions using (dataset, field, class_name)
where field = 'objects' and left_out is null and alpha < object_agreement_limit()
