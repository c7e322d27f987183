-- What could each audit draw, what did it draw, and what did the reviewers say of it?
--
-- An image counts the objects that it lacks and that nobody had confirmed as missing before.
--
-- Grain: dataset, audit_id, unit, image_id, annotation_id
-- Columns:
--   dataset                dataset that the row belongs to
--   audit_id               audit
--   drawn_at               when it was drawn (UTC)
--   unit                   annotation, or image for missing labels
--   image_id               image
--   annotation_id          annotation; null for an image
--   class_name             class that the annotator chose; null for an image
--   annotator              who drew it; null for an image
--   batch                  batch of work
--   version                dataset version that it was drawn from
--   n_objects              annotations of the unit: 1 for an annotation
--   stratum                group within which it was drawn at random
--   inclusion_probability  chance that it had to be drawn
--   is_reviewed            true when it was judged apart from this audit: it stands for itself alone
--   is_judged              true when it was drawn, judged in this audit, and stands for others too
--   errors                 errors found in this audit: kind and number; none for a label that is right
with words as materialized (from label_verdicts),

verdicts as (
    select dataset, audit_id, image_id, annotation_id,
        list({ 'issue': issue, 'n': n_errors }) filter (where is_wrong) as errors
    from words
    group by all
),

apart as (
    select distinct units.dataset, units.audit_id, units.image_id, units.annotation_id
    from audits as units
    inner join words as told
        on
            units.dataset = told.dataset
            and units.audit_id is distinct from told.audit_id
            and units.image_id = told.image_id
            and units.annotation_id is not distinct from told.annotation_id
            and (told.annotation_id is not null or told.audit_id is not null)
)

select units.dataset, units.audit_id, drawn_at, unit, units.image_id, units.annotation_id, class_name, annotator, batch,
    version, n_objects, stratum, inclusion_probability,
    apart.audit_id is not null as is_reviewed,
    is_drawn and verdicts.audit_id is not null and apart.audit_id is null as is_judged,
    case when is_judged then coalesce(verdicts.errors, []) end as errors
from audits as units
left join verdicts
    on
        units.dataset = verdicts.dataset
        and units.audit_id = verdicts.audit_id
        and units.image_id = verdicts.image_id
        and units.annotation_id is not distinct from verdicts.annotation_id
left join apart
    on
        units.dataset = apart.dataset
        and units.audit_id = apart.audit_id
        and units.image_id = apart.image_id
        and units.annotation_id is not distinct from apart.annotation_id
