-- How many jobs, and how many annotators, pass on gold?
--
-- Grain: dataset, field, unit
-- Columns:
--   dataset          dataset that the row belongs to
--   field            objects, or the question that was answered about the image
--   unit             job or annotator
--   n_units          jobs, or annotators, of whom enough was judged
--   n_passed         of these, with an accuracy of min_gold_accuracy() or more
--   pass_rate        n_passed / n_units
--   pass_rate_low    lower end of the 95 % interval
--   pass_rate_high   upper end
--   n_surely_passed  of n_units, those whose whole 95 % interval passes
--   n_surely_failed  of n_units, those whose whole 95 % interval fails
-- After: Wilson (1927) for the intervals
with judged as materialized (
    select
        dataset,
        field,
        annotator,
        job,
        n_correct as k,
        n_correct + n_wrong_class + n_missing + n_extra as n
    from gold_counts_by_image
    left join gold_works using (dataset, field, image_id, annotator)
),

units as (
    select dataset, field, 'job' as unit, cluster_sums(k, n) as sums
    from judged
    where job is not null
    group by dataset, field, job
    union all
    select dataset, field, 'annotator' as unit, cluster_sums(k, n) as sums
    from judged
    group by dataset, field, annotator
),

rated as (
    select dataset, field, unit, rate(sums.k, sums.n) as accuracy, clustered_low(sums) as accuracy_low,
        clustered_high(sums) as accuracy_high
    from units
),

counted as (
    select
        dataset,
        field,
        unit,
        count(accuracy) as n_units,
        count(*) filter (where accuracy >= min_gold_accuracy()) as n_passed,
        count(accuracy) filter (where accuracy_low >= min_gold_accuracy()) as n_surely_passed,
        count(accuracy) filter (where accuracy_high < min_gold_accuracy()) as n_surely_failed
    from rated
    group by all
)

select
    dataset,
    field,
    unit,
    n_units,
    n_passed,
    n_passed / nullif(n_units, 0) as pass_rate,
    wilson_low(n_passed, n_units) as pass_rate_low,
    wilson_high(n_passed, n_units) as pass_rate_high,
    n_surely_passed,
    n_surely_failed
from counted
order by dataset, field, unit
