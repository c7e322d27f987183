-- What does each model know of the classes of a field, and how much does its word count?
--
-- A model that was trained on the images has learnt their label errors too: it counts half.
--
-- Grain: dataset, field, model
-- Columns:
--   dataset            dataset that the row belongs to
--   field              question that was answered
--   model              model run
--   class_names        every class of the dataset, in the order of class_scores
--   thresholds         how sure the model usually is of each, see `class_thresholds`; null where unknown to it
--   positions          places of the classes that the model knows
--   n_classes          how many they are
--   highest_threshold  highest of the thresholds
--   is_out_of_sample   false when it was trained on the images; true where nothing is known
--   weight             1, or 0.5 for a model that is not out of sample
with measured as materialized (from class_thresholds),

listed as (
    select
        judging.dataset,
        judging.field,
        judging.model,
        list(every.class_name order by every.position) as class_names,
        list(known.threshold order by every.position) as thresholds,
        list(known.position order by known.position) filter (where known.position is not null) as positions,
        count(known.threshold) as n_classes,
        max(known.threshold) as highest_threshold
    from (select distinct dataset, field, model from measured) as judging
    inner join class_positions as every using (dataset)
    left join measured as known
        on
            judging.dataset = known.dataset
            and judging.field = known.field
            and judging.model = known.model
            and every.position = known.position
    group by all
),

trained as (
    select dataset, model, bool_and(is_out_of_sample) as is_out_of_sample from models group by all
)

select
    listed.*,
    coalesce(is_out_of_sample, true) as is_out_of_sample,
    case when coalesce(is_out_of_sample, true) then 1e0 else 0.5e0 end as weight
from listed
left join trained using (dataset, model)
