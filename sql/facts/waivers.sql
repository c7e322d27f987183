-- Which gates are waived, by whom, why and until when?
--
-- Grain: number
-- Columns:
--   number   1 for the first of labelduck.toml
--   dataset  dataset that it is for; null for all
--   gate     gate
--   owner    who answers for it
--   reason   why
--   until    last day on which it holds
with rules as (
    select unnest(from_json(
        waiver_rules(),
        '[{"dataset": "VARCHAR", "gate": "VARCHAR", "owner": "VARCHAR", "reason": "VARCHAR", "until": "DATE"}]'
    )) as told
)

select row_number() over () as number, told.dataset, told.gate, told.owner, told.reason, told.until
from rules
