-- How often is a model right at each level of its confidence?
--
-- Right means: it found an annotation of its class at IoU 0.5, one to one. The share never falls as confidence rises.
--
-- Grain: dataset, model, mean_confidence
-- Columns:
--   dataset          dataset that the row belongs to
--   model            model run
--   mean_confidence  mean confidence of the predictions in the bin
--   n_predictions    predictions in the bin that count
--   n_found          of these, true positives at IoU 0.5
--   share_found      (n_found + 0.5) / (n_predictions + 1), or that of a lower bin where it is higher
--   slope            rise of share_found to the next bin, for each unit of confidence; null for the last
with bins as (
    select
        dataset,
        model,
        confidence_bin,
        favg(confidence) as mean_confidence,
        count(*) as n_predictions,
        count(*) filter (where is_found) as n_found
    from predicted_objects
    where is_counted
    group by all
),

rising as (
    select
        dataset,
        model,
        mean_confidence,
        sum(n_predictions)::bigint as n_predictions,
        sum(n_found)::bigint as n_found,
        max((sum(n_found) + 0.5e0) / (sum(n_predictions) + 1)) over (
            partition by dataset, model
            order by mean_confidence
        ) as share_found
    from bins
    group by dataset, model, mean_confidence
)

select
    *,
    (lead(share_found) over rise - share_found) / (lead(mean_confidence) over rise - mean_confidence) as slope
from rising
window rise as (partition by dataset, model order by mean_confidence)
