-- Whose boxes, of which batch and class, are larger, smaller or elsewhere than the model's, beyond chance?
--
-- Images are what is counted: boxes of one image tell less than as many of different ones. The variance of a cell is
-- drawn to that of its annotator, and that to everybody's, as though 45 images told each.
--
-- Stored: box_biases
-- Grain: dataset, model, scope, annotator, batch, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run; null for gold
--   scope          annotator_batch_class, annotator_batch, annotator or batch
--   annotator      who drew them; null in the scope batch
--   batch          their batch; null in the scope annotator
--   class_name     class of the scope annotator_batch_class; else null
--   n_annotations  boxes that were compared
--   n_images       images that they lie in
--   ways           of each of box_components(): effect (median over images of the offset beyond that of the others, a
--                  share: 0.2 is 20 % larger), low and high (its 95 % interval, by ranks; null below six images), z
--                  (mean deviation over its standard error, as a normal number; positive is larger, right or lower)
--                  and p (chance of a z as far from 0 without any bias), the surest first
--   p              chance that any of them is as sure for its component_share() without any bias
--   width          median log ratio of the widths
--   height         median log ratio of the heights
--   x              median shift to the right, as a share of the width
--   y              median shift down, as a share of the height
-- After: Huber, Robust Estimation of a Location Parameter (1964), doi 10.1214/aoms/1177703732
with cells as (
    select
        dataset, model, scope, annotator, batch, class_name, component,
        sum(n_annotations)::bigint as n_annotations,
        count(*) as n_images,
        list(offset_mean order by offset_mean) as offsets,
        sum(weight) as w,
        sum(weight * weight) as ww,
        sum(weight * deviation) / w as mean,
        greatest(0, sum(weight * deviation * deviation) - w * mean * mean) as squares,
        sum(n_annotations) / sum(n_annotations / n_rest) as n_rest
    from image_box_biases
    group by all
),

pooled as (
    select
        *,
        squares / nullif(w - ww / w, 0) as own_variance,
        sum(squares) over family / nullif(sum(w - ww / w) over family, 0) as usual_variance,
        sum(squares) over own / nullif(sum(w - ww / w) over own, 0) as annotator_variance,
        sum(n_images - 1) over own as degrees
    from cells
    window
        family as (partition by dataset, model, scope, component),
        own as (partition by dataset, model, scope, component, annotator)
),

shrunken as (
    select
        *,
        (45 * usual_variance + degrees * coalesce(annotator_variance, 0)) / (45 + degrees) as wider_variance,
        (45 * wider_variance + (n_images - 1) * coalesce(own_variance, 0)) / (44 + n_images) as variance,
        t_as_z(mean / sqrt(variance * ww / (w * w) + usual_variance * pi() / 2 / n_rest), n_images + 44) as z,
        floor((n_images + 1) / 2 - 0.98 * sqrt(n_images))::bigint as reach
    from pooled
    where usual_variance > 0
),

ranged as (
    select
        *, list_median(offsets) as effect, two_sided_p(z) as p,
        case when n_images >= 6 then offsets[reach] end as low,
        case when n_images >= 6 then offsets[n_images + 1 - reach] end as high
    from shrunken
)

select
    dataset, model, scope, annotator, batch, class_name, max(n_annotations) as n_annotations, max(n_images) as n_images,
    list({
        'component': component, 'effect': box_share(component, effect), 'low': box_share(component, low),
        'high': box_share(component, high), 'z': z, 'p': p
    } order by p, component) as ways,
    least(1e0, min(p / component_share(component))) as p,
    max(effect) filter (where component = 'width') as width,
    max(effect) filter (where component = 'height') as height,
    max(effect) filter (where component = 'x') as x,
    max(effect) filter (where component = 'y') as y
from ranged
group by dataset, model, scope, annotator, batch, class_name
