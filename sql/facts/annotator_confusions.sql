-- How often does each annotator take one class for another, and is that more than chance?
--
-- By chance the classes are confused as often as objects are given a wrong class at all, by how common each class is.
--
-- Grain: dataset, judged_by, annotator, true_class, class_name
-- Columns:
--   dataset      dataset that the row belongs to
--   judged_by    as in judged_classes
--   annotator    who drew them
--   true_class   class by gold, reviewer or model
--   class_name   other class that annotators chose
--   sums         what cluster_sums gives: objects of true_class by image, and those called class_name
--   expected     share of them to be expected
--   p_value      chance of as many if it were that
with summed as materialized (from confusion_sums),

classes as (
    select
        dataset, judged_by, class_name, sum(sums.k) as n,
        coalesce(sum(sums.k) filter (where class_name <> true_class), 0) as n_wrong
    from summed
    group by all
),

base as (
    select
        dataset, judged_by, class_name, n / sum(n) over whole as share,
        sum(n_wrong) over whole / sum(n) over whole as wrong_rate
    from classes
    window whole as (partition by dataset, judged_by)
)

select
    summed.dataset, summed.judged_by, annotator, true_class, summed.class_name, sums,
    given.wrong_rate * given.share / nullif(1 - truth.share, 0) as expected,
    1 - binomial_below(sums.k / design_effect(sums) - 1, sums.n / design_effect(sums), least(0.5, expected)) as p_value
from summed
inner join base as given
    on
        summed.dataset = given.dataset and summed.judged_by = given.judged_by
        and summed.class_name = given.class_name
left join base as truth
    on
        summed.dataset = truth.dataset and summed.judged_by = truth.judged_by
        and summed.true_class = truth.class_name
where summed.class_name <> true_class
