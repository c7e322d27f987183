-- Which class do the annotators of an image give it together?
--
-- The one with most votes; of equals the one that is rarer in the dataset, then the first by name. Gold outvotes all.
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset     dataset that the row belongs to
--   field       question that was answered
--   image_id    image
--   class_name  class that the annotators gave it
--   annotator   who gave it; null where several did, or nobody is named
--   n_votes     votes on the image
--   n_for       of these, votes for that class
with votes as materialized (from label_votes),

voted as (
    select
        dataset,
        field,
        image_id,
        min(class_name) as class_name,
        max(class_name) as other_class,
        case when count(*) = 1 then any_value(annotator) end as annotator,
        count(*) as n_votes
    from votes
    group by all
),

frequencies as (
    select dataset, field, class_name, count(*) as n_given from votes group by all
),

disputed as (
    select
        dataset,
        field,
        image_id,
        votes.class_name,
        count(*) filter (where is_gold) as n_gold,
        count(*) as n_for,
        any_value(n_votes) as n_votes,
        any_value(n_given) as n_given
    from votes
    inner join voted using (dataset, field, image_id)
    inner join frequencies on
        votes.dataset = frequencies.dataset
        and votes.field = frequencies.field
        and votes.class_name = frequencies.class_name
    where voted.class_name <> voted.other_class
    group by all
)

select dataset, field, image_id, class_name, annotator, n_votes, n_votes as n_for
from voted
where class_name = other_class
union all
select dataset, field, image_id, class_name, null as annotator, n_votes, n_for
from disputed
qualify
    row_number() over (
        partition by dataset, field, image_id
        order by n_gold desc, n_for desc, n_given, class_name
    ) = 1
