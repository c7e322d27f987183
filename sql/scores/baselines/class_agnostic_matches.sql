-- Which annotation does each prediction find when classes do not matter?
--
-- Predictions take annotations by falling confidence, each the one that it overlaps most of those left, at IoU 0.5 or
-- more. Each round keeps the pairs that no more confident prediction can still undo.
--
-- Grain: dataset, model, prediction_id
-- Columns:
--   dataset           dataset that the row belongs to
--   model             model run
--   prediction_id     prediction
--   annotation_id     annotation that it finds
--   prediction_class  class that the model predicted
--   annotation_class  class that the annotator chose
--   confidence        the model's score
--   iou               IoU of the two
-- After: evaluate_detections(classwise=False) of FiftyOne
with recursive ranked as (
    select
        dataset,
        model,
        prediction_id,
        annotation_id,
        prediction_class,
        annotation_class,
        predictions.confidence,
        iou,
        dense_rank() over (
            partition by dataset, model
            order by predictions.confidence desc, length(prediction_id), prediction_id
        ) as rank
    from pairs
    inner join predictions using (dataset, model, prediction_id)
    semi join labelled_objects using (dataset, annotation_id)
    where iou >= 0.5e0
),

rounds as (
    select *, false as is_match from ranked
    union all
    (
        with pointing as (
            select
                *,
                row_number() over (partition by dataset, model, rank order by iou desc, annotation_id desc) = 1
                and rank = min(rank) over (partition by dataset, model, annotation_id) as is_kept
            from rounds
            where not is_match
        ),

        told as (
            select
                *,
                bool_or(is_kept) over (partition by dataset, model, rank) as is_done,
                bool_or(is_kept) over (partition by dataset, model, annotation_id) as is_taken
            from pointing
        )

        select * exclude (is_match, is_kept, is_done, is_taken), is_kept as is_match
        from told
        where is_kept or not (is_done or is_taken)
    )
)

select
    dataset,
    model,
    prediction_id,
    annotation_id,
    prediction_class,
    annotation_class,
    confidence,
    iou
from rounds
where is_match
