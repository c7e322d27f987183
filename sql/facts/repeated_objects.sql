-- What did an annotator draw on an image again, in another job?
--
-- Boxes of the two jobs are paired where each is the other's best, at min_iou() or more, whatever their classes.
--
-- Grain: dataset, image_id, annotator, job, other_job
-- Columns:
--   dataset    dataset that the row belongs to
--   image_id   image
--   annotator  who drew on it twice
--   job        one job
--   other_job  the later in the alphabet
--   n_units    objects that were drawn in either
--   n_both     of these, drawn in both
--   n_same     of n_both, given the same class
--   iou_sum    sum of the IoU of what was drawn in both
with made as (
    select dataset, image_id, annotator, job, annotation_id, class_name, box
    from annotations
    where
        annotator is not null
        and job is not null
        and box is not null
        and not coalesce(is_gold or is_crowd or is_ignored, false)
),

twice as (select dataset, image_id, annotator from made group by all having min(job) <> max(job)),

drawn as materialized (from made semi join twice using (dataset, image_id, annotator)),

looks as (select dataset, image_id, annotator, job, count(*) as n from drawn group by all),

rounds as (
    select one.dataset, one.image_id, one.annotator, one.job, other.job as other_job, one.n + other.n as n
    from looks as one
    inner join looks as other using (dataset, image_id, annotator)
    where one.job < other.job
),

near as (
    select
        one.dataset,
        one.image_id,
        one.annotator,
        one.job,
        other.job as other_job,
        one.class_name = other.class_name as is_same,
        box_iou(one.box, other.box) as iou,
        row_number() over (
            partition by one.dataset, one.annotation_id, other.job
            order by iou desc, other.annotation_id
        ) as place,
        row_number() over (
            partition by one.dataset, other.annotation_id, one.job
            order by iou desc, one.annotation_id
        ) as other_place
    from drawn as one
    inner join drawn as other using (dataset, image_id, annotator)
    where one.job < other.job and box_iou(one.box, other.box) >= min_iou()
),

paired as (
    select dataset, image_id, annotator, job, other_job, count(*) as n_both, count(*) filter (where is_same) as n_same,
        sum(iou) as iou_sum
    from near
    where place = 1 and other_place = 1
    group by all
)

select dataset, image_id, annotator, job, other_job, n - coalesce(n_both, 0) as n_units, coalesce(n_both, 0) as n_both,
    coalesce(n_same, 0) as n_same, iou_sum
from rounds
left join paired using (dataset, image_id, annotator, job, other_job)
