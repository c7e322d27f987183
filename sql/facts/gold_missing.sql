-- What did several annotators draw where gold has nothing?
--
-- Grain: dataset, image_id, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   image_id       image with gold that at least two annotators looked at
--   annotation_id  one of the annotations of the object
--   class_name     class that most of them chose
--   n_annotators   annotators who looked
--   n_drawn        of these, who drew the object, at min_iou()
--   n_same         of these, who chose class_name
with grouped as (
    select dataset, image_id, groups[agreement_step()] as object_number, annotator_groups.annotation_id, class_name
    from annotator_groups
    semi join (from gold_outcomes where outcome = 'extra' and field = 'objects') as extra using (dataset, annotation_id)
),

called as (
    select dataset, image_id, object_number, class_name, min(annotation_id) as annotation_id, count(*) as n
    from grouped
    group by all
)

select
    dataset,
    image_id,
    min(annotation_id) as annotation_id,
    arg_max(class_name, (n, class_name)) as class_name,
    any_value(n_annotators) as n_annotators,
    sum(n)::bigint as n_drawn,
    max(n) as n_same
from called
inner join shared_images using (dataset, image_id)
group by dataset, image_id, object_number
