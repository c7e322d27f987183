-- Where does each class stand in the lists of class scores?
--
-- In the order of class_index, those without one last, by name.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   class_name  class, as named in the taxonomy
--   position    1, 2, ...: place of the class in `class_scores`
with known as (
    select dataset, class_name, min(class_index) as class_index
    from classes
    where class_name is not null
    group by all
)

select
    dataset,
    class_name,
    row_number() over (partition by dataset order by class_index nulls last, class_name)::integer as position
from known
