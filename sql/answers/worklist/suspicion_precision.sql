-- How often was suspicion right, among the k most suspicious?
--
-- Ranked are the suspects of today, from min_suspicion() on, and those that were decided, by the suspicion that the
-- reviewer saw; judged are those that a reviewer confirmed, fixed or rejected. What was not judged does not count.
--
-- Grain: dataset, issue, field, model, k
-- Columns:
--   dataset         dataset that the row belongs to
--   issue           missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   field           question about images that was answered; null for objects
--   model           model that spoke loudest; null for duplicate_label
--   k               10, 20, 50, 100, ... most suspicious; the last k is all of them
--   n_judged        of these, judged by a reviewer
--   n_errors        of those, found to be errors
--   precision       n_errors / n_judged; null where none was judged
--   precision_low   lower end of the 95 % interval after Wilson
--   precision_high  upper end
with judged as materialized (
    select dataset, issue, field, model, suspicion, image_id, annotation_id, prediction_id, is_error
    from standing_decisions
    where is_latest and suspicion is not null
),

-- Where nothing was judged there is no precision to tell, and no need to rank what waits.
kinds as (select distinct dataset, issue, field, model from judged where is_error is not null),

pool as materialized (
    from judged
    union all
    select w.dataset, w.issue, w.field, w.model, suspicion, image_id, annotation_id, prediction_id, null as is_error
    from undecided_suspicions as w
    semi join kinds as k
        on
            w.dataset = k.dataset and w.issue = k.issue and w.field is not distinct from k.field
            and w.model is not distinct from k.model
    where n_skips = 0
),

ranked as (
    select
        *,
        row_number() over (
            partition by dataset, issue, field, model order by suspicion desc, image_id, annotation_id, prediction_id
        ) as place,
        count(*) over (partition by dataset, issue, field, model) as n_all
    from pool
),

depths as (
    select distinct dataset, issue, field, model, least(k, n_all) as k
    from ranked, (select unnest([10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 9223372036854775807]) as k)
),

counted as (
    select
        d.dataset, d.issue, d.field, d.model, d.k,
        count(r.is_error) as n_judged, count(*) filter (where r.is_error) as n_errors
    from depths as d
    inner join ranked as r
        on
            d.dataset = r.dataset and d.issue = r.issue and d.field is not distinct from r.field
            and d.model is not distinct from r.model and d.k >= r.place
            and r.is_error is not null
    group by all
)

select
    *, n_errors / nullif(n_judged, 0) as precision,
    wilson_low(n_errors, n_judged) as precision_low, wilson_high(n_errors, n_judged) as precision_high
from counted
order by dataset, issue, field, model, k
