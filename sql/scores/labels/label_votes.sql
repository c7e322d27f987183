-- Which class does each annotator hold an image for?
--
-- The annotator's last answer. One that names several classes at once is no vote.
--
-- Grain: dataset, field, image_id, annotator, is_gold
-- Columns:
--   dataset     dataset that the row belongs to
--   field       question that was answered; label where the source names none
--   image_id    image
--   annotator   who chose the class; null where nobody is named
--   is_gold     true for ground truth that annotators are measured against
--   class_name  class that the annotator chose
with answered as (
    select
        dataset,
        coalesce(field, 'label') as field,
        image_id,
        annotator,
        coalesce(is_gold, false) as is_gold,
        min(class_name) as class_name,
        max(class_name) as other_class
    from image_labels
    where class_name is not null
    group by all
),

revised as (
    select
        labels.dataset,
        answered.field,
        labels.image_id,
        labels.annotator,
        answered.is_gold,
        labels.class_name
    from image_labels as labels
    inner join answered
        on
            labels.dataset = answered.dataset
            and labels.image_id = answered.image_id
            and coalesce(labels.field, 'label') = answered.field
            and labels.annotator is not distinct from answered.annotator
            and coalesce(labels.is_gold, false) = answered.is_gold
    where labels.class_name is not null and answered.class_name <> answered.other_class
    qualify
        rank() over (
            partition by labels.dataset, answered.field, labels.image_id, labels.annotator, answered.is_gold
            order by labels.created_at desc nulls last
        ) = 1
)

select dataset, field, image_id, annotator, is_gold, class_name
from answered
where class_name = other_class
union all
select dataset, field, image_id, annotator, is_gold, min(class_name) as class_name
from revised
group by all
having min(class_name) = max(class_name)
