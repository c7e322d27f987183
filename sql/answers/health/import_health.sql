-- Did every import bring all of its records?
--
-- Grain: dataset, import_id
-- Columns:
--   dataset           dataset that the row belongs to
--   import_id         import run
--   version           dataset version that it made
--   kind              annotations, predictions, ...
--   format            format of the files
--   path              what was imported, as the caller named it
--   finished_at       when it was done (UTC)
--   duration_s        seconds that it took
--   n_images          images that it brought
--   n_annotations     annotations that it brought
--   n_predictions     predictions that it brought
--   n_errors          records that it left out; null when a later import has replaced its files
--   n_repaired        records that it changed; null likewise
--   n_warnings        records that it kept as they are, with a remark; null likewise
--   n_records         images, annotations and predictions that it brought, and records that it left out
--   error_rate        n_errors / n_records; null when there is too little
--   error_rate_low    lower end of its 95 % interval
--   error_rate_high   upper end
--   commonest_problem what it reports most often
-- After: Wilson (1927) for the intervals
with problems as (
    select
        dataset,
        import_id,
        count(*) filter (where severity = 'error') as n_errors,
        count(*) filter (where severity = 'repaired') as n_repaired,
        count(*) filter (where severity = 'warning') as n_warnings
    from import_problems
    group by all
),

commonest as (
    select dataset, import_id, arg_max(problem, (n, problem)) as commonest_problem
    from (select dataset, import_id, problem, count(*) as n from import_problems group by all)
    group by all
),

counted as (
    select
        * exclude (n_errors, n_repaired, n_warnings),
        case when n_problems = 0 then 0 else n_errors end as n_errors,
        case when n_problems = 0 then 0 else n_repaired end as n_repaired,
        case when n_problems = 0 then 0 else n_warnings end as n_warnings,
        n_images + n_annotations + n_predictions + case when n_problems = 0 then 0 else n_errors end as n_records
    from imports
    left join problems using (dataset, import_id)
    left join commonest using (dataset, import_id)
)

select
    dataset,
    import_id,
    version,
    kind,
    format,
    path,
    finished_at,
    date_diff('millisecond', started_at, finished_at) / 1e3 as duration_s,
    n_images,
    n_annotations,
    n_predictions,
    n_errors,
    n_repaired,
    n_warnings,
    n_records,
    rate(n_errors, n_records) as error_rate,
    wilson_low(n_errors, n_records) as error_rate_low,
    wilson_high(n_errors, n_records) as error_rate_high,
    commonest_problem
from counted
order by dataset, version, import_id
