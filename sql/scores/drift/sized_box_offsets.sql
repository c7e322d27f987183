-- How does each annotation's box differ from the model's, and which boxes are like it?
--
-- The size is that of both boxes together (geometric mean, in steps of the square root of 2): by the annotation's own,
-- boxes drawn too large would be compared with large ones.
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
--   numbers        box_offset from the model's box
--   size_step      step of size
--   trust_step     fifth of the model's confidence, 0 to 4
with fifths as (
    select dataset, model, quantile_disc(confidence, [0.2, 0.4, 0.6, 0.8]) as borders
    from box_references
    group by all
)

select
    drawn.dataset,
    reference.model,
    drawn.annotation_id,
    drawn.image_id,
    drawn.annotator,
    drawn.batch,
    drawn.class_name,
    drawn.created_at,
    box_offset(drawn.box, reference.box) as numbers,
    floor(ln(box_area(drawn.box) * box_area(reference.box)) / ln(2) / 2)::integer as size_step,
    len(list_filter(borders, lambda border: border < reference.confidence)) as trust_step
from drawn_annotations as drawn
inner join box_references as reference
    on drawn.dataset = reference.dataset and drawn.annotation_id = reference.annotation_id
inner join fifths on reference.dataset = fifths.dataset and reference.model is not distinct from fifths.model
where box_area(drawn.box) > 0 and box_area(reference.box) > 0
