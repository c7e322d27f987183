-- What quality does cleanlab's ObjectLab give each image?
--
-- To be compared with our own `image_suspects`. Low is bad here.
--
-- Grain: dataset, model, image_id
-- Columns:
--   dataset     dataset that the row belongs to
--   model       model run
--   image_id    image
--   score       quality, 0 to 1: geometric mean of the three parts
--   overlooked  soft minimum (temperature 0.1) of its scores of that subtype; 1 where there is none
--   badloc      the same
--   swap        the same
-- After: cleanlab.object_detection.rank.get_label_quality_scores of cleanlab 2.9
with lowered as (
    select *, exp((min(score) over (partition by dataset, model, image_id, subtype) - score) / 0.1e0) as weight
    from objectlab_scores
),

pooled as (
    select dataset, model, image_id, subtype, fsum(weight * score) / fsum(weight) as score
    from lowered
    group by all
),

parts as (
    select
        dataset,
        model,
        image_id,
        coalesce(any_value(score) filter (where subtype = 'overlooked'), 1) as overlooked,
        coalesce(any_value(score) filter (where subtype = 'badloc'), 1) as badloc,
        coalesce(any_value(score) filter (where subtype = 'swap'), 1) as swap
    from images
    inner join (select distinct dataset, model from predictions) using (dataset)
    left join pooled using (dataset, model, image_id)
    group by all
)

select
    dataset,
    model,
    image_id,
    exp((ln(1e-100 + overlooked) + ln(1e-100 + badloc) + ln(1e-100 + swap)) / 3) as score,
    overlooked,
    badloc,
    swap
from parts
order by score, dataset, model, image_id
