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
with judged as materialized (from judged_classes),

objects as (
    select dataset, judged_by, annotator, image_id, true_class, sum(n) as n
    from judged
    group by all
),

classes as (
    select dataset, judged_by, class_name, sum(n) as n, sum(n) filter (where class_name <> true_class) as n_wrong
    from judged
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
    from judged
    where true_class <> class_name
),

-- Images where a class was not taken for the other add nothing to k, kk and kn.
met as (
    select
        dataset, judged_by, annotator, true_class, count(*) as n_images, sum(n)::bigint as n,
        sum(n::double * n) as nn
    from objects
    group by all
),

taken as (
    select
        judged.dataset, judged.judged_by, judged.annotator, judged.true_class, class_name, sum(judged.n)::bigint as k,
        sum(judged.n::double * judged.n) as kk, sum(judged.n::double * objects.n) as kn
    from judged
    inner join objects
        on
            judged.dataset = objects.dataset and judged.judged_by = objects.judged_by
            and judged.annotator is not distinct from objects.annotator and judged.image_id = objects.image_id
            and judged.true_class = objects.true_class
    where class_name <> judged.true_class
    group by all
),

summed as (
    select
        met.dataset, met.judged_by, met.annotator, met.true_class, confused.class_name,
        {
            'n_images': n_images, 'k': coalesce(k, 0), 'n': n, 'kk': coalesce(kk, 0), 'kn': coalesce(kn, 0), 'nn': nn
        } as sums
    from met
    inner join pairs_of_classes as confused using (dataset, judged_by, true_class)
    left join taken
        on
            met.dataset = taken.dataset and met.judged_by = taken.judged_by
            and met.annotator is not distinct from taken.annotator and met.true_class = taken.true_class
            and confused.class_name = taken.class_name
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
