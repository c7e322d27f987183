-- How far is the newest random audit of each dataset?
--
-- Grain: dataset
-- Columns:
--   dataset      dataset that the row belongs to
--   audit_id     audit
--   drawn_at     when it was drawn (UTC)
--   version      dataset version that it was drawn from
--   n_drawn      annotations and images to judge
--   n_judged     of these, judged
with newest as (
    select dataset, arg_max(audit_id, (drawn_at, audit_id)) as audit_id
    from audits
    group by dataset
),

judged as (
    select distinct dataset, audit_id, image_id, annotation_id
    from audit_verdicts
    where decision in ('confirm', 'fix', 'reject')
)

select audits.dataset, audits.audit_id, max(drawn_at) as drawn_at, max(version) as version, count(*) as n_drawn,
    count(judged.audit_id) as n_judged
from audits
inner join newest using (dataset, audit_id)
left join judged
    on
        audits.dataset = judged.dataset
        and audits.audit_id = judged.audit_id
        and audits.image_id = judged.image_id
        and audits.annotation_id is not distinct from judged.annotation_id
where is_drawn
group by all
