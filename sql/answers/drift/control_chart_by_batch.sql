-- Is the error rate of batches under control, and which batch is out of it?
--
-- Three charts: p_prime (Laney) finds single batches, ewma and cusum find what lasts. Limits are so wide that all
-- points of a dataset together sound a false alarm max_drift_q() of the time. What is usual is said by the batches
-- themselves, see baseline_batches(), not by those that are far out.
--
-- Grain: dataset, judged_by, chart, batch
-- Columns:
--   dataset        dataset that the row belongs to
--   judged_by      review or targeted_review (see reviewed_annotations), gold, or suspicion: what models doubt
--   chart          p_prime, ewma or cusum
--   place          1 for the first batch
--   batch          batch
--   started_at     when its first label was drawn (UTC)
--   n_annotations  labels that were judged
--   n_errors       of these, wrong
--   value          error rate (p_prime); weighted mean (ewma) or sum (cusum) of distances in standard errors
--   centre         value to be expected
--   lower_limit    lower limit of control
--   upper_limit    upper limit
--   is_out         true when the value is beyond a limit
--   is_baseline    true when the batch is one of those that say what is usual
--   said           the same in words; null within the limits
-- After: Laney (2002), doi 10.1081/QEN-120006708; Roberts (1959), weight 0.2; Page (1954), allowance 0.5
with charts as (
    select
        *,
        alarm_distance(3 * n_points) as distance,
        distance * sigma_z * sqrt(centre * (1 - centre) / n) as reach,
        unnest([
            {
                'name': 'p_prime', 'value': k / n, 'middle': centre, 'low': greatest(0, centre - reach),
                'high': least(1, centre + reach),
                'is_rare':
                    two_sided_binomial_p(k / sigma_z ** 2, n / sigma_z ** 2, centre) < max_drift_q() / (3 * n_points)
            },
            {
                'name': 'ewma', 'value': ewma, 'middle': 0, 'low': -distance / 3 * sqrt(1 - 0.64 ** place),
                'high': distance / 3 * sqrt(1 - 0.64 ** place), 'is_rare': true
            },
            {
                'name': 'cusum', 'value': case when above > -below then above else below end, 'middle': 0,
                'low': -cusum_limit(3 * n_points), 'high': cusum_limit(3 * n_points), 'is_rare': true
            }
        ]) as chart
    from batch_sums
)

select
    dataset, judged_by, chart.name as chart, place, batch, started_at, n as n_annotations, k as n_errors,
    chart.value as value, chart.middle as centre, chart.low as lower_limit, chart.high as upper_limit,
    coalesce((value < lower_limit or value > upper_limit) and chart.is_rare, false) as is_out,
    is_usual as is_baseline,
    case
        when is_out
            then
                case chart.name when 'p_prime' then 'error rate ' else 'up to this batch error rates ' end
                || case when value > upper_limit then 'above' else 'below' end || ' the usual '
                || percent(charts.centre)
    end as said
from charts
order by dataset, judged_by, charts.chart.name desc, place
