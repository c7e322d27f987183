-- How sure is each model usually of a class where annotators gave it?
--
-- Classes that a model gives no probability to on any image are unknown to it and have no row.
--
-- Grain: dataset, field, model, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   field       question that was answered
--   model       model run
--   class_name  class
--   position    place of the class in class_scores
--   n_labels    images that were given the class
--   threshold   mean probability of the class on them, at least 0.000002; 2, which none reaches, where there are none
-- After: Northcutt, Jiang and Chuang, Confident Learning (2021); get_confident_thresholds of cleanlab 2.9
with labels as materialized (from label_probabilities),

scores as (
    select
        dataset,
        field,
        model,
        unnest(class_scores) as score,
        generate_subscripts(class_scores, 1)::integer as position
    from labels
),

known as (
    select dataset, field, model, position
    from scores
    group by all
    having max(score) > 0
),

usual as (
    select
        dataset,
        field,
        model,
        position,
        count(*) as n_labels,
        favg(class_scores[position]) as threshold
    from labels
    group by all
)

select
    dataset,
    field,
    model,
    class_name,
    position,
    coalesce(n_labels, 0) as n_labels,
    greatest(2e-6, coalesce(threshold, 2e0)) as threshold
from known
inner join class_positions using (dataset, position)
left join usual using (dataset, field, model, position)
