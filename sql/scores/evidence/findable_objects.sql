-- How probable is it that a model finds an annotation like this one?
--
-- Found means: a prediction of any class overlaps it with IoU 0.5 or more and no other annotation more. The share of
-- all annotations is shifted for the size of the box, the class, and images without predictions and difficult objects.
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   annotation_id  annotation
--   class_name     class that the annotator chose
--   is_found       true when it is found
--   findable       probability that it would be, 0 to 1
with near as (
    select distinct dataset, model, annotation_id
    from overlap_pairs
    where is_nearest and iou >= 0.5e0
),

found as (
    select
        judged.*,
        near.annotation_id is not null as is_found,
        log_odds(avg(is_found::integer) over (partition by dataset, model)) as overall
    from judged_objects as judged
    left join near using (dataset, model, annotation_id)
),

sized as (
    select *, overall + group_shift(
        sum(is_found::integer) over alike,
        sum(logistic(overall)) over alike,
        sum(logistic(overall) * logistic(-overall)) over alike
    ) as by_size
    from found
    window alike as (partition by dataset, model, size_bin)
),

classed as (
    select *, by_size + group_shift(
        sum(is_found::integer) over alike,
        sum(logistic(by_size)) over alike,
        sum(logistic(by_size) * logistic(-by_size)) over alike
    ) as by_class
    from sized
    window alike as (partition by dataset, model, class_name)
)

select
    dataset,
    model,
    annotation_id,
    class_name,
    is_found,
    logistic(by_class + group_shift(
        sum(is_found::integer) over alike,
        sum(logistic(by_class)) over alike,
        sum(logistic(by_class) * logistic(-by_class)) over alike
    )) as findable
from classed
window alike as (partition by dataset, model, sees_image, is_difficult)
