-- How does suspicion become a probability of error, by what reviewers decided?
--
-- Log odds of an error are shift + slope * log odds of the suspicion, fitted to the suspects of a kind that were
-- judged. Reviewers judge from the top of the list: what they found there moves the whole curve, and its slope carries
-- it further down. Few decisions move it little: before any, the shift is 0 +- 2 and the slope 1 +- 0.5. A kind
-- without a row was never judged; its suspicion is taken as it stands.
--
-- Grain: dataset, issue, field
-- Columns:
--   dataset         dataset that the row belongs to
--   issue           missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   field           question about the image that was answered; null for objects
--   n_judged        suspects judged
--   n_errors        of these, errors
--   shift           log odds of an error where suspicion is 0.5
--   slope           log odds of an error for each of suspicion
--   shift_variance  of the fit, by the inverse of its information
--   slope_variance  likewise
--   covariance      likewise
-- After: Platt (1999), with normal priors; fitted by Newton's method
with recursive points as materialized (
    select
        dataset, issue, coalesce(field, '') as asked, round(4 * suspicion_log_odds(suspicion)) / 4 as x,
        count(*) as n, count(*) filter (where is_error) as n_errors
    from judged_suspects
    group by all
),

fits as (
    select distinct dataset, issue, asked, 0 as step, 0e0 as shift, 1e0 as slope, 4e0 as shift_variance,
        0.25e0 as slope_variance, 0e0 as covariance
    from points
    union all
    select
        dataset, issue, asked, step + 1 as step,
        shift + error_curve_step(r - shift / 4, rx - (slope - 1) * 4, i + 0.25, ixx + 4, ix) as shift,
        slope + error_curve_step(rx - (slope - 1) * 4, r - shift / 4, ixx + 4, i + 0.25, ix) as slope,
        (ixx + 4) / ((i + 0.25) * (ixx + 4) - ix * ix) as shift_variance,
        (i + 0.25) / ((i + 0.25) * (ixx + 4) - ix * ix) as slope_variance,
        -ix / ((i + 0.25) * (ixx + 4) - ix * ix) as covariance
    from (
        select
            dataset, issue, asked, step, shift, slope, sum(n_errors - n * p) as r, sum((n_errors - n * p) * x) as rx,
            sum(n * p * (1 - p)) as i, sum(n * p * (1 - p) * x) as ix, sum(n * p * (1 - p) * x * x) as ixx
        from (
            select *, logistic(shift + slope * x) as p
            from fits inner join points using (dataset, issue, asked)
            where step < 20
        )
        group by dataset, issue, asked, step, shift, slope
    )
)

select
    dataset, issue, nullif(asked, '') as field, counted.n_judged, counted.n_errors, shift, slope,
    shift_variance, slope_variance, covariance
from fits
inner join (
    select dataset, issue, asked, sum(n)::bigint as n_judged, sum(n_errors)::bigint as n_errors from points group by all
) as counted using (dataset, issue, asked)
where step = 20
