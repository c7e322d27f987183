-- Which suspicions of annotations did somebody decide on, or skip?
--
-- Of two duplicates a decision covers both. What it covers of missing labels is told by covered_places.
--
-- Grain: dataset, number
-- Columns:
--   dataset   dataset that the row belongs to
--   number    its number in suspicions
--   decision  the newest decision that covers it
--   n_skips   how often it had been skipped by then
with decided as (from standing_decisions where is_latest and issue = 'duplicate_label'),

twins as (
    select dataset, annotation_id, max_by(decided, row(decided_at, decision_id)) as newest
    from decided
    group by all
),

found as (
    select dataset, number, 1 as turn, decision, n_skips
    from suspicions inner join valid_decisions using (dataset, issue, image_id, annotation_id)
    union all
    select suspicions.dataset, number, 2 as turn, newest.decision, newest.n_skips
    from suspicions
    inner join twins
        on suspicions.dataset = twins.dataset and suspicions.other_annotation_id = twins.annotation_id
    where issue = 'duplicate_label'
),

newest as (
    select dataset, number, arg_min(decision, turn) as decision, arg_min(n_skips, turn) as n_skips
    from found
    group by all
)

-- Of a list DuckDB expects few rows, which they are, and hashes them instead of all suspicions beside them.
select unnest(list(newest), recursive := true)
from newest
