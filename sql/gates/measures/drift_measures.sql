-- What does the gate on drift measure: how many batches of annotators differ from all other work?
--
-- No row where there is nothing to compare: nobody is known, or all is one batch of one annotator.
--
-- Grain: dataset, gate
-- Columns:
--   dataset  dataset that the row belongs to
--   gate     drift
--   value    flagged cells, exact
--   n        cells of min_bias_images() or more, which can be judged
--   what     what was measured, in words
with cells as materialized (
    select dataset, q_value, is_flagged
    from drift_by_annotator_batch
    where expected_value is not null
    union all
    select dataset, q_value, is_flagged
    from box_bias_claims
    where scope = 'annotator_batch_class'
)

select dataset, 'drift' as gate, count(*) filter (where is_flagged)::double as value, count(q_value) as n,
    'ways in which batches differ from all other work' as what
from cells
group by dataset
