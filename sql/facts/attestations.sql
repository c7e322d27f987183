-- What has somebody attested of a dataset in checklist.toml?
--
-- Grain: dataset, item
-- Columns:
--   dataset   dataset that it is for; null for all
--   item      point of the checklist
--   name      who attests it
--   attested  day on which
--   note      what else was said
with rules as (
    select unnest(from_json(
        attestation_rules(),
        '[{"item": "VARCHAR", "dataset": "VARCHAR", "name": "VARCHAR", "date": "DATE", "note": "VARCHAR"}]'
    )) as told
)

select told.dataset, told.item, told.name, told.date as attested, told.note
from rules
