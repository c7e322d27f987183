-- Which batches hold boxes that are systematically too large, too small or beside the object?
--
-- Images are what is counted, not boxes; the class's usual offset is that of everybody else, so that a batch that is
-- half of a class is not its own measure. All claims of a dataset share the q-values.
--
-- Grain: dataset, model, batch
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run whose boxes are the measure; null for gold
--   batch          their batch
--   n_annotations  boxes that were compared
--   n_images       images that they lie in
--   component      way in which they differ most: size, width, height, x or y
--   effect         median over images: 0.2 is 20 % larger, wider, taller, further right or lower than the others' boxes
--   effect_low     lower end of its 95 % interval; null below six images
--   effect_high    upper end
--   q_value        share of false claims if this and every surer one is made; null below min_bias_images()
--   is_flagged     true when q_value is below max_q() and the effect at least min_box_bias()
--   left_offset    where the left side lies beside the others', as a share of the width; positive is to the right
--   top_offset     the upper side, as a share of the height; positive is lower
--   right_offset   the right side, as left_offset
--   bottom_offset  the lower side, as top_offset
--   said           the same in words
-- After: Huber (1964), doi 10.1214/aoms/1177703732; Benjamini and Hochberg (1995)
select
    dataset,
    model,
    batch,
    n_annotations,
    n_images,
    component,
    effect,
    effect_low,
    effect_high,
    q_value,
    is_flagged,
    left_offset,
    top_offset,
    right_offset,
    bottom_offset,
    said
from box_bias_claims
where scope = 'batch'
order by dataset, is_flagged desc, q_value, abs(z) desc, batch, model
