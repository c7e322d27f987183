-- How much does each model's word count?
--
-- A model that was trained on the images has learnt their label errors too: it counts half.
--
-- Grain: dataset, model
-- Columns:
--   dataset           dataset that the row belongs to
--   model             model run
--   is_out_of_sample  false when it was trained on the images that it predicts; true where nothing is known
--   weight            1, or 0.5 for a model that is not out of sample
--   n_models          models of the dataset
with known as (
    select
        dataset,
        model,
        coalesce(bool_and(models.is_out_of_sample), true) as is_out_of_sample
    from (select distinct dataset, model from matches)
    left join models using (dataset, model)
    group by dataset, model
)

select
    *,
    case when is_out_of_sample then 1e0 else 0.5e0 end as weight,
    count(*) over (partition by dataset) as n_models
from known
