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
with objects as (
    select dataset, judged_by, annotator, image_id, true_class, sum(n) as n
    from judged_classes
    group by all
),

classes as (
    select dataset, judged_by, class_name, sum(n) as n, sum(n) filter (where class_name <> true_class) as n_wrong
    from judged_classes
    group by all
),

base as (
    select
        dataset, judged_by, class_name, n / sum(n) over whole as share,
        sum(n_wrong) over whole / sum(n) over whole as wrong_rate
    from classes
    window whole as (partition by dataset, judged_by)
),

pairs_of_classes as (
    select distinct dataset, judged_by, true_class, class_name
    from judged_classes
    where true_class <> class_name
),

summed as (
    select
        objects.dataset, objects.judged_by, objects.annotator, objects.true_class, confused.class_name,
        cluster_sums(coalesce(taken.n, 0), objects.n) as sums
    from objects
    inner join pairs_of_classes as confused
        on
            objects.dataset = confused.dataset and objects.judged_by = confused.judged_by
            and objects.true_class = confused.true_class
    left join judged_classes as taken
        on
            objects.dataset = taken.dataset and objects.judged_by = taken.judged_by
            and objects.annotator is not distinct from taken.annotator and objects.image_id = taken.image_id
            and objects.true_class = taken.true_class and confused.class_name = taken.class_name
    group by all
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
