-- How far do the boxes of each image lie from the usual offset, annotator by annotator and batch by batch?
--
-- Grain: dataset, model, scope, annotator, batch, class_name, component, image_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run; null for gold
--   scope          annotator_batch_class, annotator_batch, annotator or batch
--   annotator      who drew them; null in the scope batch
--   batch          their batch; null in the scope annotator
--   class_name     class of the scope annotator_batch_class; else null
--   component      size, width, height, x or y
--   image_id       image
--   n_annotations  boxes in it
--   n_rest         boxes that the centre is of, their harmonic mean
--   weight         how much it tells: one box with 0.3 of correlation between the boxes of an image, times how narrow
--                  the usual distances are on average
--   offset_mean    mean offset from the centre
--   deviation      mean in usual distances, each held within 2.5 and weighed by how narrow its usual distance is
with cells as (
    select *, 'annotator_batch' as scope, annotator as of_annotator, batch as of_batch from ranked_box_offsets
    union all
    select *, 'annotator' as scope, annotator as of_annotator, null as of_batch from ranked_box_offsets
    union all
    select *, 'batch' as scope, null as of_annotator, batch as of_batch from ranked_box_offsets
),

deviations as (
    select
        cells.dataset, cells.model, cells.scope, of_annotator as annotator, of_batch as batch, cells.class_name,
        cells.component, image_id, n_rest, number - centre as own,
        1 / usual as precision,
        greatest(-2.5e0, least(2.5e0, (number - centre) / usual)) as deviation
    from cells
    inner join box_centres as centres
        on
            cells.dataset = centres.dataset and cells.model is not distinct from centres.model
            and cells.scope = centres.scope and cells.of_annotator is not distinct from centres.annotator
            and cells.of_batch is not distinct from centres.batch
            and cells.class_name = centres.class_name and cells.component = centres.component
)

select
    dataset, model,
    case grouping(class_name) when 0 then 'annotator_batch_class' else scope end as scope,
    annotator, batch, class_name, component, image_id,
    count(*) as n_annotations,
    count(*) / sum(1 / n_rest) as n_rest,
    sum(precision) / (1 + 0.3 * (count(*) - 1)) as weight,
    avg(own) as offset_mean,
    sum(precision * deviation) / sum(precision) as deviation
from deviations
group by grouping sets (
    (dataset, model, scope, annotator, batch, component, image_id),
    (dataset, model, scope, annotator, batch, component, image_id, class_name)
)
having grouping(class_name) = 1 or scope = 'annotator_batch'
