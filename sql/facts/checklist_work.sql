-- How much of the work that each point of the checklist asks for is done?
--
-- Grain: dataset, item
-- Columns:
--   dataset  dataset that the row belongs to
--   item     point of the checklist
--   n_done   of n_asked, those that are settled
--   n_asked  annotators, rejections, files, ... that it asks for
--   what     what is counted
with people as (
    select distinct dataset, annotator
    from (
        select dataset, annotator from object_counts where not is_gold
        union all
        select dataset, annotator from image_labels where not coalesce(is_gold, false)
    )
    where annotator is not null
),

measured as (
    select distinct dataset, annotator from gold_matches
    union
    select distinct told.dataset, told.annotator
    from image_labels as told
    inner join gold_answers using (dataset, image_id)
    where not coalesce(told.is_gold, false)
),

heads as (select dataset, max(version) as version from versions group by all),

ruled as (
    select guide.dataset, item, count(*) filter (where regexp_matches(lower(guide.topic), points.topic)) as n
    from guidelines as guide
    cross join checklist_items() as points
    where points.topic is not null
    group by all
)

select dataset, 'gold_in_workflow' as item, count(measured.annotator) as n_done, count(*) as n_asked,
    'annotators measured on gold' as what
from people left join measured using (dataset, annotator)
group by dataset
union all
select dataset, item, least(n, 1) as n_done, 1 as n_asked, 'rules' as what
from ruled
union all
select dataset, 'rework_reasons' as item,
    count(*) filter (
        where decision not in ('rejected', 'fixed') or length(trim(coalesce(error_kind, reason))) > 0
    ) as n_done,
    count(*) as n_asked, 'reviews accepted, or rejected with a reason' as what
from reviews
group by dataset
union all
select dataset, 'audit_done' as item, n_judged as n_done, n_drawn as n_asked, 'drawn units judged' as what
from newest_audits
union all
select dataset, 'version_recorded' as item, count(*) filter (where length(sha256) > 0) as n_done, count(*) as n_asked,
    'files with a hash' as what
from version_files inner join heads using (dataset, version)
group by dataset
