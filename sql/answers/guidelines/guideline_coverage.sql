-- What does the labelling guide not say, class by class?
--
-- A rule without a class is about all classes; a definition, an example is of a class of its own. The newest version of
-- each rule counts.
--
-- Grain: dataset, class_name, topic
-- Columns:
--   dataset            dataset that the row belongs to
--   class_name         class
--   topic              definition, positive examples, negative examples, occlusion, truncation, small objects, skip or
--                      escalate
--   is_covered         true when a rule of the class, or a general one, says something of it
--   is_general         true when only a general rule does
--   n_annotations      annotations of the class: what is missing matters more where there are many
--   guideline_version  version of the guide that says it
--   updated_at         when it was changed last (UTC)
--   rule               what it says
with rules as (
    select
        dataset, class_name, guideline_topic(topic) as topic,
        arg_max(guideline_version, (updated_at, guideline_version)) as guideline_version,
        max(updated_at) as updated_at,
        arg_max(rule, (updated_at, guideline_version)) as rule
    from guidelines
    where guideline_topic(topic) is not null and trim(coalesce(rule, '')) <> ''
    group by all
),

sizes as (
    select dataset, class_name, count(*) as n
    from drawn_annotations
    where class_name is not null
    group by all
),

cells as (
    select dataset, class_name, coalesce(n, 0) as n_annotations, unnest(guideline_topics()) as topic
    from (
        select dataset, class_name from classes
        union
        select dataset, class_name from drawn_annotations where class_name is not null
    )
    left join sizes using (dataset, class_name)
    semi join guidelines using (dataset)
)

select
    cells.dataset,
    cells.class_name,
    cells.topic,
    own.topic is not null or general.topic is not null as is_covered,
    own.topic is null and general.topic is not null as is_general,
    n_annotations,
    coalesce(own.guideline_version, general.guideline_version) as guideline_version,
    coalesce(own.updated_at, general.updated_at) as updated_at,
    coalesce(own.rule, general.rule) as rule
from cells
left join rules as own
    on cells.dataset = own.dataset and cells.class_name = own.class_name and cells.topic = own.topic
left join rules as general
    on
        cells.dataset = general.dataset and general.class_name is null and cells.topic = general.topic
        and cells.topic not in ('definition', 'positive examples', 'negative examples')
order by cells.dataset, is_covered, n_annotations desc, cells.class_name, list_position(guideline_topics(), cells.topic)
