-- How often does each class, tenth of size and so on come up in an annotator's batch, and how often in all others?
--
-- Bins of which the batch would hold fewer than five at the rate of the others are taken together.
--
-- Grain: dataset, measure, annotator, batch, bin
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    class_mix, box_size, box_aspect, position_x, position_y or objects_per_image
--   annotator  who drew them
--   batch      their batch
--   bin        class, or tenth of all numbers; null for all that are too rare
--   k          objects (images for objects_per_image) of the batch in the bin
--   k_rest     others in the bin
--   n          objects or images of the batch
--   n_rest     others
--   n_images   images of the batch
--   size       objects of the image of a usual object of the batch
--   size_rest  the same of the others
with counted as materialized (from bin_sums),

cells as (
    select
        dataset, measure, annotator, batch,
        any_value(sums.n_images) as n_images, any_value(sums.n) as n, any_value(sums.nn) as nn
    from counted
    where measure not like '%/upper_half'
    group by all
),

bins as (select dataset, measure, bin, sum(sums.k) as k_all from counted group by all),

totals as (select dataset, measure, sum(n) as n_all, sum(nn) as nn_all from cells group by all),

crossed as (
    select
        cells.*, n_all - n as n_rest, (nn_all - nn) / nullif(n_all - n, 0) as size_rest, bins.bin,
        coalesce(counted.sums.k, 0) as k, k_all - coalesce(counted.sums.k, 0) as k_rest
    from cells
    inner join totals on cells.dataset = totals.dataset and cells.measure = totals.measure
    inner join bins on cells.dataset = bins.dataset and cells.measure = bins.measure
    left join counted
        on
            cells.dataset = counted.dataset and cells.measure = counted.measure and bins.bin = counted.bin
            and cells.annotator is not distinct from counted.annotator
            and cells.batch is not distinct from counted.batch
    where n_all > n
)

select
    dataset, measure, annotator, batch,
    case when (k + k_rest) / (n + n_rest) * n >= 5 then bin end as bin,
    sum(k)::bigint as k,
    sum(k_rest)::bigint as k_rest,
    any_value(n)::bigint as n,
    any_value(n_rest)::bigint as n_rest,
    any_value(n_images)::bigint as n_images,
    any_value(nn / n) as size,
    any_value(size_rest) as size_rest
from crossed
group by dataset, measure, annotator, batch, case when (k + k_rest) / (n + n_rest) * n >= 5 then bin end
