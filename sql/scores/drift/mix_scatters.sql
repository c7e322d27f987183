-- How uneven are images in what they tell of the mix of classes?
--
-- An image with twenty sheep moves the mix of a batch more than the correlation within images says: distances of the
-- same work then scatter more widely than those of independent objects do.
--
-- Grain: dataset, measure
-- Columns:
--   dataset        dataset that the row belongs to
--   measure        class_mix
--   concentration  images for each one that would tell as much if all held the same number of objects
--   scatter        variance of what images add to the squared distance beside what their size explains, over their mean
--                  squared
-- After: Haldane (1937), Biometrika 29, who has the variance of chi-square where the sample is of objects; here it is
-- of images
with counted as (select dataset, annotator, batch, image_id, bin, n from measure_counts where measure = 'class_mix'),

batches as (
    select dataset, count(*) as n_cells from (select distinct dataset, annotator, batch from counted) group by all
),

-- Classes of which a batch holds fewer than five on average are taken together, as in cell_bins.
kinds as (
    select
        dataset, bin,
        case when sum(n) >= 5 * any_value(n_cells) then bin end as kind,
        sum(n) / sum(sum(n)) over (partition by dataset) as share
    from counted
    inner join batches using (dataset)
    group by dataset, bin
),

shares as (select dataset, kind, sum(share) as share from kinds group by all),

image_kinds as (
    select counted.dataset, annotator, batch, image_id, kind, sum(n)::double as k
    from counted
    inner join kinds on counted.dataset = kinds.dataset and counted.bin = kinds.bin
    group by all
),

sums as (
    select
        image_kinds.dataset, annotator, batch, image_id,
        sum(k) as n,
        sum(k * k / share) - sum(k) ** 2 as distance
    from image_kinds
    inner join shares
        on image_kinds.dataset = shares.dataset and image_kinds.kind is not distinct from shares.kind
    group by image_kinds.dataset, annotator, batch, image_id
),

fitted as (
    select
        sums.dataset, distance, n * correlation_effect(correlation, n) as size,
        size * sum(distance) over whole / sum(size) over whole as expected
    from sums
    inner join measure_designs as designs on sums.dataset = designs.dataset and designs.measure = 'class_mix'
    window whole as (partition by sums.dataset)
)

select
    dataset,
    'class_mix' as measure,
    count(*) * sum(size * size) / sum(size) ** 2 as concentration,
    count(*) * sum((distance - expected) ** 2) / nullif(sum(expected), 0) ** 2 as scatter
from fitted
group by dataset
