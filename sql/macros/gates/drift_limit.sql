-- Cells of `drift_by_annotator_batch` and `box_bias_by_annotator_batch_class` that may be flagged, at most.
create or replace macro drift_limit() as coalesce(getvariable('drift_limit'), 0)::bigint;
