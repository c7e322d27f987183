-- How many labels drawn before and after a change of the guideline are wrong, image by image?
--
-- Before is back to the change of a rule of the same class before, after is up to the next one.
--
-- Grain: dataset, guideline_version, class_name, topic, is_after, image_id
-- Columns:
--   dataset            dataset that the row belongs to
--   guideline_version  version of the guide that brought the rule
--   class_name         class that the rule is about; null for all
--   topic              what the rule is about
--   updated_at         when it was changed (UTC)
--   is_after           true for labels that were drawn afterwards
--   image_id           image; null where a rule has no reviewed labels
--   n                  reviewed labels
--   k                  of these, wrong
with rules as (
    select dataset, guideline_version, class_name, topic, max(updated_at) as updated_at
    from guidelines
    where updated_at is not null
    group by all
),

changes as (
    select
        *,
        max(updated_at) over earlier as since_at,
        min(updated_at) over later as until_at
    from rules
    window
        earlier as (
            partition by dataset, class_name order by updated_at
            range between unbounded preceding and interval 1 microsecond preceding
        ),
        later as (
            partition by dataset, class_name order by updated_at
            range between interval 1 microsecond following and unbounded following
        )
),

-- A label is drawn before until_at, or at any time after the last change.
judged as (select * from reviewed_annotations where judged_by = 'review' and created_at is not null)

select
    changes.dataset, guideline_version, changes.class_name, topic, updated_at,
    judged.created_at >= updated_at as is_after,
    judged.image_id,
    count(judged.annotation_id) as n,
    count(*) filter (where judged.is_wrong) as k
from changes
left join judged
    on
        changes.dataset = judged.dataset
        and (changes.class_name is null or changes.class_name = judged.class_name)
        and (since_at is null or judged.created_at >= since_at)
        and (until_at is null or judged.created_at < until_at)
group by all
