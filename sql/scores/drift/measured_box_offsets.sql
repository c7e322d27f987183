-- How does each annotation's box differ from the model's, and how far do boxes like it usually?
--
-- The usual distance is the median one of boxes of this size that were predicted with like confidence, drawn towards
-- the model's as though 80 boxes told that.
--
-- Stored: box_offsets
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run; null for gold
--   annotation_id  annotation
--   image_id       image
--   annotator      who drew it
--   batch          batch of the annotation, else of its job, else of its image
--   class_name     class that the annotator chose
--   created_at     when it was drawn (UTC)
--   offsets        box_offset from the model's box, each less its median among boxes of the size
--   usual          usual distance of each from that median, as a standard deviation
with centred as materialized (from centred_box_offsets),

general as (
    select dataset, model, component_medians(distances) as distances from centred group by all
),

scales as (
    select
        dataset, model, size_step, trust_step, count(*) as n, component_medians(distances) as distances
    from centred
    group by all
)

select
    centred.dataset, centred.model, annotation_id, image_id, annotator, batch, class_name, created_at, offsets,
    list_transform([1, 2, 3, 4, 5], lambda i: 1.4826e0 * greatest(
        1e-6, (scales.distances[i] * scales.n + general.distances[i] * 80) / (scales.n + 80)
    )) as usual
from centred
inner join general
    on centred.dataset = general.dataset and centred.model is not distinct from general.model
inner join scales
    on
        centred.dataset = scales.dataset and centred.model is not distinct from scales.model
        and centred.size_step = scales.size_step and centred.trust_step = scales.trust_step
