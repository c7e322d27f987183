-- How many objects of each bin does an annotator's batch hold, and how do they cluster in images?
--
-- Grain: dataset, measure, annotator, batch, bin
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    as in measure_counts; or its upper_half: the bins 5 to 9 taken together, of measures of numbers
--   annotator  who drew them
--   batch      their batch
--   bin        class, or tenth of all numbers; upper for the upper half
--   sums       what cluster_sums gives, of the bin among all objects of the image
with measured as materialized (from measure_counts),

halves as (
    select * from measured
    union all
    select dataset, measure || '/upper_half' as measure, annotator, batch, image_id,
        case when bin >= '5' then 'upper' else 'lower' end as bin, sum(n) as n
    from measured
    where measure <> 'class_mix'
    group by all
),

totals as (
    select *, sum(n) over (partition by dataset, measure, annotator, batch, image_id) as n_image
    from halves
),

images_of as (
    select dataset, measure, annotator, batch, count(*) as n_images, sum(n) as n, sum(n::double * n) as nn
    from (
        select dataset, measure, annotator, batch, image_id, sum(n) as n
        from halves
        group by all
    )
    group by all
)

select
    totals.dataset, totals.measure, totals.annotator, totals.batch, totals.bin,
    {
        'n_images': any_value(images_of.n_images),
        'k': sum(totals.n)::bigint,
        'n': any_value(images_of.n)::bigint,
        'kk': sum(totals.n::double * totals.n),
        'kn': sum(totals.n::double * n_image),
        'nn': any_value(images_of.nn)
    } as sums
from totals
inner join images_of
    on
        totals.dataset = images_of.dataset and totals.measure = images_of.measure
        and totals.annotator is not distinct from images_of.annotator
        and totals.batch is not distinct from images_of.batch
group by totals.dataset, totals.measure, totals.annotator, totals.batch, totals.bin
