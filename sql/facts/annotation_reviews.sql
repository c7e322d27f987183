-- Which annotations were reviewed, and how were they chosen?
--
-- An annotation is reviewed when a review names it, or names its image or its job as a whole.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   annotation_id  annotation that is still there, gold apart
--   is_targeted    true when every review of it was drawn by risk
with told as (
    select dataset, annotation_id, image_id, job, coalesce(sampling = 'risk', false) as is_risk
    from reviews
    where decision is not null
),

named as (
    select dataset, annotation_id, bool_and(is_risk) as is_risk
    from told
    where annotation_id is not null
    group by all
    union all
    select own.dataset, own.annotation_id, is_risk
    from annotations as own
    inner join (
        select dataset, image_id, bool_and(is_risk) as is_risk
        from told
        where annotation_id is null and image_id is not null
        group by all
    ) as of_image using (dataset, image_id)
    union all
    select own.dataset, own.annotation_id, is_risk
    from annotations as own
    inner join (
        select dataset, job, bool_and(is_risk) as is_risk
        from told
        where annotation_id is null and image_id is null and job is not null
        group by all
    ) as of_job using (dataset, job)
)

select dataset, annotation_id, bool_and(is_risk) as is_targeted
from named
semi join (from annotations where not coalesce(is_gold, false)) as own using (dataset, annotation_id)
group by dataset, annotation_id
