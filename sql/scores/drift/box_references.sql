-- Which box should each annotation's box be measured by?
--
-- The prediction of its class that overlaps it most surely, of each model, and gold of its class. Both must be each
-- other's best, and meet at IoU 0.2: a box of twice the height still does.
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run; null for gold
--   annotation_id  annotation
--   confidence     the model's score; 1 for gold
--   box            box that was predicted, or is gold
with candidates as (
    select
        pairs.dataset,
        pairs.model,
        pairs.annotation_id,
        pairs.prediction_id,
        pairs.iou,
        predictions.confidence,
        predictions.box
    from pairs
    inner join predictions
        on
            pairs.dataset = predictions.dataset
            and pairs.model = predictions.model
            and pairs.prediction_id = predictions.prediction_id
    where pairs.annotation_class = pairs.prediction_class and pairs.iou >= 0.2
),

of_models as (
    select *
    from candidates
    qualify
        iou >= max(iou) over (partition by dataset, model, prediction_id)
        and row_number() over (
            partition by dataset, model, annotation_id
            order by iou * coalesce(confidence, 1) desc, prediction_id
        ) = 1
),

of_gold as (
    select found.dataset, found.annotation_id, gold.box
    from gold_matches as found
    inner join annotations as gold
        on found.dataset = gold.dataset and found.gold_annotation_id = gold.annotation_id
    where found.annotation_id is not null and found.class_name = found.gold_class_name
    qualify row_number() over (
        partition by found.dataset, found.annotation_id
        order by found.iou desc, found.gold_annotation_id
    ) = 1
)

select dataset, model, annotation_id, coalesce(confidence, 1) as confidence, box
from of_models
union all
select dataset, null as model, annotation_id, 1 as confidence, box
from of_gold
