-- How many violations has each gate whose measure is not their number?
--
-- Grain: dataset, gate
-- Columns:
--   dataset       dataset that the row belongs to
--   gate          gate
--   n_violations  rows of <gate>_violations
select dataset, 'object_agreement' as gate, count(*) as n_violations from object_agreement_violations group by dataset
union all
select dataset, 'class_agreement' as gate, count(*) as n_violations from class_agreement_violations group by dataset
union all
select dataset, 'gold_accuracy' as gate, count(*) as n_violations from gold_accuracy_violations group by dataset
union all
select dataset, 'gold_pass_rate' as gate, count(*) as n_violations from gold_pass_rate_violations group by dataset
union all
select dataset, 'missing_labels' as gate, count(*) as n_violations from missing_labels_violations group by dataset
union all
select dataset, 'label_errors' as gate, count(*) as n_violations from label_errors_violations group by dataset
union all
select dataset, 'audit_done' as gate, count(*) as n_violations from audit_done_violations group by dataset
union all
select dataset, 'class_counts' as gate, count(*) as n_violations from class_counts_violations group by dataset
union all
select dataset, 'class_balance' as gate, count(*) as n_violations from class_balance_violations group by dataset
union all
select dataset, 'minimum_size' as gate, count(*) as n_violations from minimum_size_violations group by dataset
