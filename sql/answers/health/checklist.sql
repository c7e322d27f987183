-- Which of the eighteen points that a release needs are settled?
--
-- Grain: dataset, item
-- Columns:
--   dataset   dataset that the row belongs to
--   number    1 to 18
--   item      short name, as in checklist.toml
--   question  the point
--   source    table (read from the lake) or attested (in checklist.toml, with name and date)
--   status    done or open
--   n_done    of n_asked, those that are settled; null for attested points
--   n_asked   classes, annotators, rejections, ... that it asks for; null likewise, 0 for nothing there yet
--   sentence  what was found, and what to do
with known as (select distinct dataset from versions
union
select distinct dataset from annotations
),

frozen as (
    select dataset, bool_and(is_same) as is_same
    from (
        select dataset,
            taxonomy_hash = lag(taxonomy_hash) over (partition by dataset order by version) as is_same,
            row_number() over (partition by dataset order by version desc) as place
        from versions
    )
    where place = 1
    group by all
),

counts as (
    select dataset, item, n_done, n_asked, what from checklist_classes
    union all
    select dataset, item, n_done, n_asked, what from checklist_work
    union all
    select dataset, 'format_checked' as item, n_annotations - least(n_errors, n_annotations) as n_done,
        n_annotations as n_asked, 'annotations without an error of form' as what
    from form_errors
),

judged as (
    select
        dataset, number, item, question, source, told.n_done, told.n_asked, told.what, said.name, said.attested,
        case
            when source = 'attested' then said.name is not null
            when item = 'classes_frozen' then coalesce(told.n_asked > 0 and told.n_done = told.n_asked, false)
                or coalesce(frozen.is_same, false)
            else coalesce(told.n_asked > 0 and told.n_done = told.n_asked, false)
        end as is_done
    from known
    cross join checklist_items() as points
    left join counts as told using (dataset, item)
    left join frozen using (dataset)
    left join attestations as said
        on points.item = said.item and coalesce(known.dataset = said.dataset, said.dataset is null)
)

select dataset, number, item, question, source, case when is_done then 'done' else 'open' end as status,
    case when source = 'table' then coalesce(n_done, 0) end as n_done,
    case when source = 'table' then coalesce(n_asked, 0) end as n_asked,
    case
        when source = 'attested' and is_done then name || ' attests it on ' || attested
        when source = 'attested' then 'nobody attests it: write [' || item || '] with name and date into checklist.toml'
        when item = 'classes_frozen' and is_done and n_done < n_asked then 'the same classes as in the version before'
        when coalesce(n_asked, 0) = 0 then 'the lake holds nothing that tells'
        else n_done || ' of ' || n_asked || ' ' || what
    end as sentence
from judged
order by dataset, number
