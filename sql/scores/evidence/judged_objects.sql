-- Which annotations can each model judge?
--
-- Those that count in its matching and whose class it has predicted at least once, anywhere.
--
-- Grain: dataset, model, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   annotation_id  annotation
--   image_id       image
--   class_name     class that the annotator chose
--   box            box that the annotator drew
--   size_bin       size of the box in steps, see the macro size_bin
--   is_difficult   true when it is marked difficult
--   has_company    true when the image holds another annotation of the class by the same annotator
--   company        log of how much likelier its company, or lack of it, is if the class is right
--   sees_image     false when the model predicted nothing in the image
with judged as (
    select dataset, model, annotation_id
    from matches
    where outcome = 'true_positive' or (prediction_id is null and outcome = 'false_negative')
),

seen_images as (
    select distinct dataset, model, image_id from predictions
)

select
    dataset,
    judged.model,
    objects.annotation_id,
    objects.image_id,
    class_name,
    objects.box,
    objects.size_bin,
    objects.is_difficult,
    objects.has_company,
    case when objects.has_company then with_company else alone end as company,
    seen_images.image_id is not null as sees_image
from labelled_objects as objects
inner join judged using (dataset, annotation_id)
inner join class_company using (dataset, class_name)
semi join predictions using (dataset, model, class_name)
left join seen_images using (dataset, model, image_id)
