-- First batches of a dataset that say what is usual on its control charts; the default is all that are not far out.
create or replace macro baseline_batches() as coalesce(getvariable('baseline_batches'), 1000000)::bigint;
