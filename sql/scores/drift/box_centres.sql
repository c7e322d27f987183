-- What is the usual offset of a class's boxes, those of one annotator, batch or both left out?
--
-- A cell that holds much of its class would otherwise be its own measure, and make all others look wrong. The median
-- without the cell is found from the places of its boxes: the t-th of the others stands at t + c, where c of the cell's
-- boxes have fewer than t others before them.
--
-- Grain: dataset, model, scope, annotator, batch, class_name, component
-- Columns:
--   dataset     dataset that the row belongs to
--   model       model run; null for gold
--   scope       what is left out: annotator_batch, annotator or batch
--   annotator   who drew them; null for all in the scope batch
--   batch       their batch; null for all in the scope annotator
--   class_name  class that the annotator chose
--   component   size, width, height, x or y
--   n_rest      boxes of the class that are not the cell's
--   centre      median offset of these
with cells as (
    select
        dataset, model, annotator, batch, class_name, component,
        case grouping(annotator, batch) when 0 then 'annotator_batch' when 1 then 'annotator' else 'batch' end as scope,
        list(place order by place) as places
    from ranked_box_offsets
    group by grouping sets (
        (dataset, model, annotator, batch, class_name, component),
        (dataset, model, annotator, class_name, component),
        (dataset, model, batch, class_name, component)
    )
),

classes as (
    select dataset, model, class_name, component, count(*) as n from ranked_box_offsets group by all
),

aims as (
    select cells.*, n - len(places) as n_rest, unnest([(n_rest + 1) // 2, (n_rest + 2) // 2]) as aim
    from cells
    inner join classes
        on
            cells.dataset = classes.dataset and cells.model is not distinct from classes.model
            and cells.class_name = classes.class_name and cells.component = classes.component
    where n > len(places)
),

sought as (
    select *, aim + len(list_filter(places, lambda place, i: place - i < aim)) as place_of_centre -- noqa: PRS,LT01
    from aims
)

select
    sought.dataset, sought.model, sought.scope, sought.annotator, sought.batch, sought.class_name, sought.component,
    any_value(n_rest) as n_rest, avg(ranked.number) as centre
from sought
inner join ranked_box_offsets as ranked
    on
        sought.dataset = ranked.dataset and sought.model is not distinct from ranked.model
        and sought.class_name = ranked.class_name and sought.component = ranked.component
        and sought.place_of_centre = ranked.place
group by all
