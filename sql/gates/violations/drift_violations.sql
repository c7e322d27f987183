-- Whose work in which batch differs from all other work, or has boxes that are systematically off?
--
-- Threshold: drift_limit(), flagged cells of drift_by_annotator_batch and box_bias_by_annotator_batch_class. Of work
-- that does not differ, at most one scan in twenty flags anything.
--
-- Grain: dataset, annotator, batch, measure, class_name, model
-- Columns:
--   dataset     dataset that the row belongs to
--   annotator   who drew it
--   batch       their batch
--   measure     as in drift_by_annotator_batch; or, where a class is named, box_size, box_width, box_height, box_x or
--               box_y beside a model or gold
--   class_name  class whose boxes are off; null for all of the batch
--   model       model that they are off from; null for gold, and for what is compared with others' work
--   value       the statistic, or the effect
--   n_images    images
--   q_value     share of false claims if this and every surer one is made
--   violation   the same in words
with flagged as (
    select dataset, annotator, batch, measure, null as class_name, null as model, value, n_images, q_value, said
    from drift_by_annotator_batch
    where is_flagged
    union all
    select
        dataset, annotator, batch, 'box_' || component as measure, class_name, model, effect as value, n_images,
        q_value, class_name || ': ' || said as said
    from box_bias_claims
    where scope = 'annotator_batch_class' and is_flagged
)

select dataset, annotator, batch, measure, class_name, model, value, n_images, q_value,
    format('{} in {}: {}', coalesce(annotator, 'nobody known'), coalesce(batch, 'no batch'), said) as violation
from flagged
