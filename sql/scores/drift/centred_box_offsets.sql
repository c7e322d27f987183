-- How does each annotation's box differ from the model's, beyond what boxes of its size do?
--
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
--   size_step      step of size
--   trust_step     fifth of the model's confidence
--   offsets        box_offset from the model's box, each less its median among boxes of the size
--   distances      the same without sign
with sized as materialized (from sized_box_offsets),

sizes as (
    select dataset, model, size_step, component_medians(numbers) as centre from sized group by all
)

select
    sized.dataset, sized.model, annotation_id, image_id, annotator, batch, class_name, created_at, sized.size_step,
    trust_step,
    list_transform([1, 2, 3, 4, 5], lambda i: numbers[i] - centre[i]) as offsets,
    list_transform([1, 2, 3, 4, 5], lambda i: abs(numbers[i] - centre[i])) as distances
from sized
inner join sizes
    on
        sized.dataset = sizes.dataset and sized.size_step = sizes.size_step
        and sized.model is not distinct from sizes.model
