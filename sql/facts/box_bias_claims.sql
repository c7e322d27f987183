-- Whose boxes differ from the others', in which way most, and may that be chance?
--
-- Offsets are from where the boxes of the same class by everybody else lie to the model's or gold's, so that a model
-- that draws wide itself accuses nobody. A box that is larger is wider and taller too: the five ways of a cell are one
-- claim, as sure as the surest of them for its component_share(), and all claims of a dataset share the q-values.
--
-- Grain: dataset, model, scope, annotator, batch, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run whose boxes are the measure; null for gold
--   scope          annotator_batch_class, annotator_batch, annotator or batch
--   annotator      who drew them; null in the scope batch
--   batch          their batch; null in the scope annotator
--   class_name     class of the scope annotator_batch_class; else null
--   n_annotations  boxes that were compared
--   n_images       images that they lie in
--   component      way in which they differ most: size, width, height, x or y
--   effect         median over images: 0.2 is 20 % larger, wider, taller, further right or lower than the others' boxes
--   effect_low     lower end of its 95 % interval; null below six images
--   effect_high    upper end
--   z              mean deviation in standard errors
--   q_value        share of false claims if this and every surer one is made; null below min_bias_images()
--   is_flagged     true when q_value is below max_q() and the effect at least min_box_bias()
--   left_offset    where the left side lies beside the others', as a share of the width; positive is to the right
--   top_offset     the upper side, as a share of the height; positive is lower
--   right_offset   the right side, as left_offset
--   bottom_offset  the lower side, as top_offset
--   said           the same in words
-- After: Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x; Benjamini and Bogomolov (2014), doi
-- 10.1111/rssb.12028, for which ways of a claim are sure; Genovese, Roeder and Wasserman (2006), doi
-- 10.1093/biomet/93.3.509, for their shares
with claimed as not materialized (
    select *, case when n_images >= min_bias_images() then p end as tested_p
    from box_biases
    where annotator is not null or batch is not null
),

steps as (select dataset, tested_p, q_step(tested_p, dataset) as step from claimed where tested_p is not null),

found as (
    select distinct
        dataset, tested_p, q_value(step, tested_p, dataset) as q, max_q() * tested_p / nullif(q, 0) as sure_p
    from steps
),

-- Of a list DuckDB expects few rows, and hashes these instead of all ways of the claims.
chances as (select unnest(list(found), recursive := true) from found),

-- Named is the largest of the sure ways, size before width and height where these are about as large; else the surest.
claims as (
    select
        *,
        case
            when q <= max_q()
                then list_sort(list_transform(ways, lambda way: {
                    'size': case
                        when way.p / component_share(way.component) <= coalesce(sure_p, p)
                            then -abs(way.effect) * case when way.component = 'size' then 1.25e0 else 1e0 end
                        else 0e0
                    end,
                    'p': way.p,
                    'component': way.component,
                    'way': way
                }))[1].way
            else ways[1]
        end as way
    from claimed
    left join chances using (dataset, tested_p)
)

select
    dataset, model, scope, annotator, batch, class_name, n_annotations, n_images, way.component as component,
    way.effect as effect, way.low as effect_low, way.high as effect_high, way.z as z, q as q_value,
    coalesce(q <= max_q() and abs(effect) >= min_box_bias(), false) as is_flagged,
    side_offset(width, x, -1) as left_offset,
    side_offset(height, y, -1) as top_offset,
    side_offset(width, x, 1) as right_offset,
    side_offset(height, y, 1) as bottom_offset,
    box_bias_words(way.component, way.effect) || ' than usual beside ' || coalesce(model, 'gold')
    || side_words(left_offset, top_offset, right_offset, bottom_offset) as said
from claims
