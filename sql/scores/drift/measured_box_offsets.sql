-- How does each annotation's box differ from the model's, beyond what boxes of its size do?
--
-- The size is that of both boxes together (geometric mean, in steps of the square root of 2): by the annotation's own,
-- boxes drawn too large would be compared with large ones. The usual distance is the median one of boxes of this size
-- predicted with like confidence, drawn towards the model's as though 80 boxes told that.
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
with measured as (
    select
        drawn.*, reference.model, box_offset(drawn.box, reference.box) as numbers,
        floor(ln(box_area(drawn.box) * box_area(reference.box)) / ln(2) / 2) as size_step,
        floor(4.999 * percent_rank() over (
            partition by reference.dataset, reference.model
            order by reference.confidence
        )) as trust_step
    from drawn_annotations as drawn
    inner join box_references as reference
        on drawn.dataset = reference.dataset and drawn.annotation_id = reference.annotation_id
    where box_area(drawn.box) > 0 and box_area(reference.box) > 0
),

sizes as (select dataset, model, size_step, component_medians(numbers) as centre from measured group by all),

centred as (
    select
        measured.*,
        list_transform([1, 2, 3, 4, 5], lambda i: numbers[i] - centre[i]) as offsets,
        list_transform([1, 2, 3, 4, 5], lambda i: abs(numbers[i] - centre[i])) as distances
    from measured
    inner join sizes
        on
            measured.dataset = sizes.dataset and measured.size_step = sizes.size_step
            and measured.model is not distinct from sizes.model
),

general as (select dataset, model, component_medians(distances) as distances from centred group by all),

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
