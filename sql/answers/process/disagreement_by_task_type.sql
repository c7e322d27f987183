-- Which type of task do annotators disagree on most: which geometry, in which stage of which kind of job?
--
-- An object is agreed on when everybody who looked at the image drew it, with one class; what is one object goes by
-- min_iou().
--
-- Grain: dataset, geometry, job_type
-- Columns:
--   dataset                dataset that the row belongs to
--   geometry               box, polygon, mask, ...: what most annotators drew the object as
--   job_type               type of the job that it was drawn in; null where it is not known
--   n_objects              objects on images that at least two annotators looked at
--   n_disagreed            of these, not drawn by all, or with several classes
--   disagreement_rate      n_disagreed / n_objects; null when there are too few
--   disagreement_rate_low  lower end of the 95 % interval, adjusted for clustering of objects in images
--   disagreement_rate_high upper end
--   n_missed               of those disagreed, objects that somebody who looked did not draw
--   n_classes_differ       of those disagreed, objects that were given several classes
with looked as (select dataset, image_id, count(*) as n_looked from image_annotators group by all),

objects as (
    select
        drawn.dataset, drawn.image_id, drawn.groups[agreement_step()] as object,
        mode(annotations.geometry) as geometry,
        mode(jobs.type) as job_type,
        count(distinct drawn.annotator) as n_drew,
        count(distinct drawn.class_name) as n_classes
    from annotator_groups as drawn
    inner join annotations
        on drawn.dataset = annotations.dataset and drawn.annotation_id = annotations.annotation_id
    left join jobs on annotations.dataset = jobs.dataset and annotations.job = jobs.job
    group by all
),

counted as (
    select
        objects.dataset, coalesce(geometry, 'box') as geometry, job_type, image_id,
        count(*) as n,
        count(*) filter (where n_drew < n_looked or n_classes > 1) as k,
        count(*) filter (where n_drew < n_looked) as n_missed,
        count(*) filter (where n_classes > 1) as n_classes_differ
    from objects
    inner join looked using (dataset, image_id)
    group by all
),

summed as (
    select
        dataset, geometry, job_type, cluster_sums(k, n) as sums, sum(n_missed)::bigint as n_missed,
        sum(n_classes_differ)::bigint as n_classes_differ
    from counted
    group by all
)

select
    dataset,
    geometry,
    job_type,
    sums.n as n_objects,
    sums.k as n_disagreed,
    rate(sums.k, sums.n) as disagreement_rate,
    clustered_low(sums) as disagreement_rate_low,
    clustered_high(sums) as disagreement_rate_high,
    n_missed,
    n_classes_differ
from summed
order by dataset, disagreement_rate_low desc, n_disagreed desc, geometry, job_type
