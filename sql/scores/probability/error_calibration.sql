-- How does suspicion become a probability of error, by what reviewers decided?
--
-- Log odds of an error are shift + slope * log odds of the suspicion, fitted to the suspects of a kind that were
-- judged. Reviewers judge from the top of the list: what they found there moves the whole curve, and its slope carries
-- it further down. Few decisions move it little: before any, the shift is 0 +- 2.2 and the slope 1 +- 0.5. A careless
-- dataset is careless in all kinds: the shift of a kind is expected to lie 1 around that of the others, judged or not.
-- A dataset without a decision has no row; its suspicions are taken as they stand.
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
-- After: Platt (1999), with normal priors; the mode of all shifts together, by Newton's method
with recursive points as materialized (
    select
        dataset, issue, coalesce(field, '') as asked, round(4 * suspicion_log_odds(suspicion)) / 4 as x,
        count(*) as n, count(*) filter (where is_error) as n_errors
    from judged_suspects
    group by all
),

asked_kinds as (
    select distinct dataset, unnest(suspected_issues()) as issue, '' as asked from points
    union
    select distinct dataset, 'wrong_class' as issue, field as asked
    from image_label_suspicions inner join (select distinct dataset from points) using (dataset)
),

kinds as (
    select asked_kinds.*, coalesce(sum(n), 0)::bigint as n_judged, coalesce(sum(n_errors), 0)::bigint as n_errors
    from asked_kinds left join points using (dataset, issue, asked)
    group by all
),

fits as (
    select
        dataset, issue, asked, 0 as step, 0e0 as shift, 1e0 as slope, null::double as shift_variance,
        null::double as slope_variance, null::double as covariance
    from kinds
    union all
    select
        dataset, issue, asked, step + 1 as step,
        shift + error_curve_step(r - trust * (shift - centre), rx - 4 * (slope - 1), i + trust, ixx + 4, ix) as shift,
        slope + error_curve_step(rx - 4 * (slope - 1), r - trust * (shift - centre), ixx + 4, i + trust, ix) as slope,
        (ixx + 4) / ((i + trust) * (ixx + 4) - ix * ix) as shift_variance,
        (i + trust) / ((i + trust) * (ixx + 4) - ix * ix) as slope_variance,
        -ix / ((i + trust) * (ixx + 4) - ix * ix) as covariance
    from (
        select
            *, sum(is_judged) over alike - is_judged as n_others, (n_others + 0.25) / (n_others + 1.25) as trust,
            (sum(shift * is_judged) over alike - shift * is_judged) / (n_others + 0.25) as centre
        from (
            select
                dataset, issue, asked, step, shift, slope, (count(n) > 0)::integer as is_judged,
                coalesce(sum(n_errors - n * p), 0) as r, coalesce(sum((n_errors - n * p) * x), 0) as rx,
                coalesce(sum(n * p * (1 - p)), 0) as i, coalesce(sum(n * p * (1 - p) * x), 0) as ix,
                coalesce(sum(n * p * (1 - p) * x * x), 0) as ixx
            from (
                select *, logistic(shift + slope * x) as p
                from fits left join points using (dataset, issue, asked)
                where step < 40
            )
            group by dataset, issue, asked, step, shift, slope
        )
        window alike as (partition by dataset)
    )
)

select
    dataset, issue, nullif(asked, '') as field, n_judged, n_errors, shift, slope, shift_variance, slope_variance,
    covariance
from fits inner join kinds using (dataset, issue, asked)
where step = 40
