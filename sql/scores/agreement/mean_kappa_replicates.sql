-- What is the mean of Cohen's kappa over pairs of annotators, with all images and with each block of images left out?
--
-- Grain: dataset, field, left_out
-- Columns:
--   dataset   dataset that the row belongs to
--   field     objects, or the question that was answered about the image
--   left_out  block of images that is left out; null for none
--   value     mean over the pairs that have a kappa
--   n_units   pairs of annotators
-- After: Light, Measures of Response Agreement (1971), doi 10.1037/h0031643
with kappas as (
    select *
    from pair_replicates
    where scope = 'all'
),

whole as (
    select dataset, field, avg(kappa) as value, count(kappa) as n_units, sum(kappa) as total
    from kappas
    where left_out is null
    group by all
),

-- A pair that had nothing in a block keeps its kappa when that block is left out.
changes as (
    select
        part.dataset,
        part.field,
        part.left_out,
        sum(coalesce(part.kappa, 0) - whole_pair.kappa) as change,
        count(*) filter (where part.kappa is null) as n_lost
    from kappas as part
    inner join (from kappas where left_out is null and kappa is not null) as whole_pair
        using (dataset, field, annotator, other_annotator)
    where part.left_out is not null
    group by all
)

select dataset, field, null as left_out, value, n_units from whole
union all
select
    dataset,
    field,
    left_out,
    (total + change) / nullif(n_units - n_lost, 0) as value,
    n_units
from changes
inner join whole using (dataset, field)
