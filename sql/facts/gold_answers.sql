-- What is the right answer to each question about an image, by gold?
--
-- Where several experts answered, what most of them said; of equally many, the class that comes first in the taxonomy.
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset     dataset that the row belongs to
--   field       question that was answered; label where the source does not name it
--   image_id    image
--   class_name  right answer
--   n_for       experts who gave it
--   n_experts   experts who answered
with answered as (
    select
        dataset,
        coalesce(field, 'label') as field,
        image_id,
        coalesce(annotator, '') as expert,
        string_agg(distinct class_name, ', ' order by class_name) as class_name
    from image_labels
    where is_gold and class_name is not null
    group by all
),

counted as (
    select dataset, field, image_id, class_name, count(*) as n_for
    from answered
    group by all
)

select
    dataset,
    field,
    image_id,
    class_name,
    n_for,
    sum(n_for) over of_image::bigint as n_experts
from counted
left join (select distinct on (dataset, class_name) dataset, class_name, class_index from classes) as known
    using (dataset, class_name)
window of_image as (partition by dataset, field, image_id)
qualify
    row_number() over (
        partition by dataset, field, image_id
        order by n_for desc, class_index nulls last, class_name
    ) = 1
