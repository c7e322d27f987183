-- Does a model's confidence say how often it is right?
--
-- Grain: dataset, model, bin
-- Columns:
--   dataset                     dataset that the row belongs to
--   model                       model run
--   bin                         1, 2, ... confidence_bins()
--   confidence_low              lowest confidence of the bin
--   confidence_high             confidence below which the bin ends; the last bin takes it too
--   n_predictions               predictions in the bin that count
--   n_correct                   of these, correct at min_iou()
--   mean_confidence             mean confidence in the bin; null when it is empty
--   precision                   n_correct / n_predictions; null when too few were judged
--   precision_low               lower end of its 95 % interval
--   precision_high              upper end
--   expected_calibration_error  mean distance of confidence and precision over all bins, weighted by n_predictions
-- After: Guo et al., On Calibration of Modern Neural Networks (2017); Wilson (1927) for the intervals
with binned as (
    select
        *,
        greatest(1, least(confidence_bins(), 1 + floor(confidence * confidence_bins())::bigint)) as bin
    from judged_predictions
),

counted as (
    select
        dataset,
        model,
        bin,
        count(*) as n_predictions,
        count(*) filter (where is_correct) as n_correct,
        favg(confidence) as mean_confidence
    from binned
    group by all
),

filled as (
    select
        dataset,
        model,
        bin,
        coalesce(n_predictions, 0) as n_predictions,
        coalesce(n_correct, 0) as n_correct,
        mean_confidence,
        n_predictions * abs(mean_confidence - n_correct / n_predictions) as weighted_gap
    from (
        select dataset, model, unnest(range(1, confidence_bins() + 1)) as bin
        from (select distinct dataset, model from counted)
    )
    left join counted using (dataset, model, bin)
)

select
    dataset,
    model,
    bin,
    (bin - 1) / confidence_bins() as confidence_low,
    bin / confidence_bins() as confidence_high,
    n_predictions,
    n_correct,
    mean_confidence,
    rate(n_correct, n_predictions) as precision,
    wilson_low(n_correct, n_predictions) as precision_low,
    wilson_high(n_correct, n_predictions) as precision_high,
    sum(weighted_gap) over (partition by dataset, model)
    / sum(n_predictions) over (partition by dataset, model) as expected_calibration_error
from filled
order by dataset, model, bin
