-- How far is each side of an annotation's box from where a model predicts it, in usual distances?
--
-- The distance loses the median of its class; it is divided by the median distance of boxes of its size that were
-- predicted with like confidence, and then by that of its class, each shrunken towards the model's where there are few.
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   annotation_id  annotation
--   surprise       mean of ln(1 + z^2 / 3) over the four sides, z being the distance in usual ones
with sides as (
    select dataset, model, annotation_id, class_name, size_bin, trust_bin, side, distances[side] as distance
    from box_witnesses
    cross join (select unnest([1, 2, 3, 4]) as side)
),

centres as (
    select dataset, model, class_name, side, median(distance) * count(*) / (count(*) + 20) as centre
    from sides
    where trust_bin > 0
    group by all
),

centred as (
    select sides.* exclude (distance), abs(distance - coalesce(centre, 0)) as distance
    from sides
    left join centres using (dataset, model, class_name, side)
),

usual as (
    select dataset, model, greatest(1e-6, median(distance)) as usual_distance
    from centred
    where trust_bin > 0
    group by all
),

of_size as (
    select
        dataset,
        model,
        size_bin,
        trust_bin,
        1.4826e0 * (median(distance) * count(*) + any_value(usual_distance) * 80) / (count(*) + 80) as scale
    from centred
    inner join usual using (dataset, model)
    group by all
),

scaled as (
    select centred.*, distance / scale as z
    from centred
    inner join of_size using (dataset, model, size_bin, trust_bin)
),

of_class as (
    select dataset, model, class_name, (1.4826e0 * median(z) * count(*) + 80) / (count(*) + 80) as scale
    from scaled
    where trust_bin > 0
    group by all
)

select dataset, model, annotation_id, favg(ln(1 + (z / coalesce(scale, 1)) ** 2 / 3)) as surprise
from scaled
left join of_class using (dataset, model, class_name)
group by all
