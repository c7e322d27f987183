-- What did the newest random audit draw that nobody has judged?
--
-- Threshold: audit_done_limit(), judged units as a share of those drawn; a dataset without an audit is one violation.
--
-- Grain: dataset, audit_id, image_id, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   audit_id       audit; null where none was drawn
--   image_id       image
--   annotation_id  annotation; null where the image is to be searched
--   violation      the same in words
with judged as (
    select distinct dataset, audit_id, image_id, annotation_id
    from audit_verdicts
    where decision in ('confirm', 'fix', 'reject')
)

select units.dataset, units.audit_id, units.image_id, units.annotation_id,
    format('{}: {} {} is not judged', units.audit_id, unit, coalesce(units.annotation_id, units.image_id)) as violation
from audits as units
inner join newest_audits using (dataset, audit_id)
left join judged
    on
        units.dataset = judged.dataset
        and units.audit_id = judged.audit_id
        and units.image_id = judged.image_id
        and units.annotation_id is not distinct from judged.annotation_id
where is_drawn and judged.audit_id is null
union all
select dataset, null as audit_id, null as image_id, null as annotation_id, 'no random audit was drawn' as violation
from (select distinct dataset from images)
where dataset not in (select dataset from newest_audits)
