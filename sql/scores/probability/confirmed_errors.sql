-- How many errors of each kind did reviews and audits confirm in each part of a dataset, of how many labels?
--
-- Grain: dataset, dimension, value, issue
-- Columns:
--   dataset       dataset that the row belongs to
--   dimension     dataset, class, annotator, batch or version
--   value         class name, annotator, ...; null where it is not known
--   issue         any, wrong_class, bad_box, extra_label, duplicate_label or missing_label
--   n_reviewed    annotations judged, or for missing_label candidates and images
--   n_confirmed   errors confirmed
with heads as (
    select dataset, max(version) as version
    from versions
    group by all
),

judged as (
    select
        dataset,
        image_id,
        annotation_id,
        case when annotation_id is null then prediction_id end as prediction_id,
        list({ 'issue': issue, 'n': n_errors }) filter (where is_wrong) as found
    from label_verdicts
    group by all
),

described as (
    select judged.dataset, judged.annotation_id, drawn.class_name, drawn.annotator,
        coalesce(drawn.batch, images.batch) as batch, heads.version,
        coalesce(found, []) as errors
    from judged
    left join annotations as drawn using (dataset, annotation_id)
    left join images on judged.dataset = images.dataset and judged.image_id = images.image_id
    left join heads on judged.dataset = heads.dataset
),

parts as (select described.*, unnest(audit_parts(described)) as part from described)

select parts.dataset, part.dimension, part.value, issue,
    count(*) as n_reviewed,
    sum(audit_errors(errors, issue))::bigint as n_confirmed
from parts
inner join (select unnest(audited_issues()) as issue) as issues
    on (issue = 'missing_label') = (annotation_id is null)
group by all
