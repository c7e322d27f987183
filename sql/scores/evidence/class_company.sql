-- How usual is it that an image holds a second annotation of a class?
--
-- An annotation whose class is right has company about as often as those of its class; one whose class is wrong, or
-- that shows nothing, about as often as the class occurs in images at all.
--
-- Grain: dataset, class_name
-- Columns:
--   dataset         dataset that the row belongs to
--   class_name      class
--   n               annotations of the class that are judged
--   n_with_company  of these, in an image with another one of the class by the same annotator
--   n_in_images     images with the class
--   n_images        images of the dataset
--   with_company    log of how much likelier company is if the class is right than if it is wrong
--   alone           the same of the lack of company
with counted as (
    select dataset, count(distinct image_id) as n_images
    from (
        select dataset, image_id from images
        union all
        select dataset, image_id from labelled_objects
    )
    group by dataset
),

of_class as (
    select
        dataset,
        class_name,
        count(*) as n,
        count(*) filter (where has_company) as n_with_company,
        count(distinct image_id) as n_in_images
    from labelled_objects
    group by all
),

shares as (
    select
        *,
        (n_with_company + 5 * sum(n_with_company) over of_dataset / sum(n) over of_dataset) / (n + 5) as if_right,
        (n_in_images + 0.5e0) / (n_images + 1) as if_wrong
    from of_class
    inner join counted using (dataset)
    window of_dataset as (partition by dataset)
)

select
    * exclude (if_right, if_wrong),
    ln(greatest(1e-3, if_right) / if_wrong) as with_company,
    ln(greatest(1e-3, 1 - if_right) / (1 - if_wrong)) as alone
from shares
