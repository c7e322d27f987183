-- How wrong is each image's work, and how large are its boxes beside the model's, in the order of time?
--
-- Grain: dataset, measure, model, annotator, image_id
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    errors_by_review, errors_by_gold, errors_by_suspicion, errors_by_targeted_review or box_size
--   model      model run whose boxes are the measure of box_size; null for gold, and for errors
--   annotator  who drew it
--   image_id   image
--   drawn_at   when its first label was drawn (UTC)
--   total      errors, or sum of the log ratios of the boxes' sides, each held within 2.5 usual distances
--   n          labels that it is of
with judged as (
    select dataset, judged_by, annotator, image_id, created_at, is_wrong
    from reviewed_annotations
    union all
    select
        gold.dataset, 'gold' as judged_by, gold.annotator, gold.image_id, drawn.created_at,
        gold.outcome <> 'correct' as is_wrong
    from gold_outcomes as gold
    -- Columns are named, as DuckDB 1.5 would read all of them, shapes too.
    left join (select dataset, annotation_id, created_at from annotations) as drawn
        on gold.dataset = drawn.dataset and gold.annotation_id = drawn.annotation_id
    where gold.field = 'objects'
),

errors as (
    select
        dataset, judged_by, annotator, image_id, min(created_at) as drawn_at,
        count(*) filter (where is_wrong)::double as total, count(*) as n
    from judged
    group by all
    union all
    select
        dataset, judged_by, annotator, image_id, min(drawn_at) as drawn_at, sum(n_errors)::double as total,
        sum(n_annotations)::bigint as n
    from doubted_work
    group by all
)

select dataset, 'errors_by_' || judged_by as measure, null as model, annotator, image_id, drawn_at, total, n
from errors
where annotator is not null and drawn_at is not null
union all
select dataset, 'box_size' as measure, model, annotator, image_id, drawn_at, total, n
from image_box_sizes
