-- How many of its judged annotations are wrong in each image, by everything that may explain it?
--
-- Grain: dataset, judged_by, dimension, value, image_id
-- Columns:
--   dataset        dataset that the row belongs to
--   judged_by      as in reviewed_annotations
--   dimension      class, annotator, batch, job, size, occlusion, crowding, week or guideline
--   value          class name, annotator, ...; null where it is not known
--   image_id       image
--   n_annotations  judged annotations
--   n_errors       of these, found wrong
-- After: sizes are COCO's, by area: small below 32 x 32 pixels, medium below 96 x 96, large
with judged as not materialized (from reviewed_annotations),

crowds as not materialized (
    select dataset, image_id, count(*) as n
    from annotations
    where not coalesce(is_gold, false)
    group by all
),

rules as not materialized (
    select dataset, guideline_version, min(updated_at) as updated_at
    from guidelines
    group by all
),

sorted as not materialized (
    select dataset, judged_by, 'class' as dimension, class_name as value, image_id, is_wrong from judged
    union all
    select dataset, judged_by, 'annotator' as dimension, annotator as value, image_id, is_wrong from judged
    union all
    select dataset, judged_by, 'batch' as dimension, batch as value, image_id, is_wrong from judged
    union all
    select dataset, judged_by, 'job' as dimension, job as value, image_id, is_wrong from judged
    union all
    select dataset, judged_by, 'size' as dimension, area_name(area) as value, image_id, is_wrong from judged
    union all
    select dataset, judged_by, 'occlusion' as dimension, occlusion_name(occluded) as value, image_id, is_wrong
    from judged
    union all
    select dataset, judged_by, 'crowding' as dimension, crowding_name(n) as value, image_id, is_wrong
    from judged
    left join crowds using (dataset, image_id)
    union all
    select dataset, judged_by, 'week' as dimension, strftime(date_trunc('week', created_at), '%Y-%m-%d') as value,
        image_id, is_wrong
    from judged
    union all
    select judged.dataset, judged_by, 'guideline' as dimension, guideline_version as value, image_id, is_wrong
    from judged
    asof left join rules on judged.dataset = rules.dataset and judged.created_at >= rules.updated_at
)

select dataset, judged_by, dimension, value, image_id, count(*) as n_annotations,
    count(*) filter (where is_wrong) as n_errors
from sorted
group by all
