-- Where does each offset stand among those of its class?
--
-- Grain: dataset, model, annotation_id, component
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run; null for gold
--   annotation_id  annotation
--   image_id       image
--   annotator      who drew it
--   batch          its batch
--   class_name     class that the annotator chose
--   component      size, width, height, x or y
--   number         its offset from the model's box, see box_offsets
--   usual          usual distance
--   place          1 for the smallest of class and component
select
    dataset,
    model,
    annotation_id,
    image_id,
    annotator,
    batch,
    class_name,
    box_components()[i] as component,
    offsets[i] as number,
    usual[i] as usual,
    row_number() over (partition by dataset, model, class_name, i order by offsets[i]) as place
from box_offsets
cross join (select unnest([1, 2, 3, 4, 5]) as i)
