-- How many images were given one class and are confidently of another?
--
-- A model is confident of a class whose probability reaches its threshold, of several such for the likeliest class.
-- The diagonal is at least 1; pairs that never occur have no row.
--
-- Grain: dataset, field, model, given_class, true_class
-- Columns:
--   dataset      dataset that the row belongs to
--   field        question that was answered
--   model        model run
--   given_class  class that the annotators gave
--   true_class   class that the model is confident of
--   n_images     images counted
-- After: Northcutt, Jiang and Chuang, Confident Learning (2021); compute_confident_joint of cleanlab 2.9
with counted as (
    select dataset, field, model, class_name as given_class, confident_class as true_class, count(*) as n_images
    from label_evidence
    where confident_class is not null
    group by all
),

diagonal as (
    select dataset, field, model, class_name as given_class, class_name as true_class
    from class_thresholds
)

select
    dataset,
    field,
    model,
    given_class,
    true_class,
    coalesce(n_images, 1) as n_images
from counted
full join diagonal using (dataset, field, model, given_class, true_class)
