-- What do annotators call each object that is merged of their annotations, and how many of them drew it?
--
-- Grain: dataset, image_id, annotation_id
-- Columns:
--   dataset         dataset that the row belongs to
--   image_id        image that at least two annotators looked at
--   annotation_id   annotation that stands for the object
--   class_name      class that most of them chose; of equally many, the one of larger weight
--   weighted_class  class of the largest weight, by how far each annotator's word counts
--   n_votes         annotators who drew it
--   n_annotators    annotators who looked
--   n_for           of n_votes, those for class_name
--   weighted_share  share of the weight of n_votes that is for weighted_class
--   mean_iou        mean IoU of annotation_id with the others; null for one alone
-- After: CVAT's consensus merging; see annotator_weights for the weights
with voted as (
    select
        dataset,
        image_id,
        object_number,
        class_name,
        count(*) as n,
        sum(coalesce(weight, 0)) as weight,
        arg_min(annotation_id, not stands) as annotation_id,
        bool_or(stands) as stands,
        max(mean_iou) filter (where stands) as mean_iou
    from merged_members
    left join (from annotator_weights where field = 'objects') using (dataset, annotator)
    group by all
),

decided as (
    select
        dataset,
        image_id,
        arg_max(annotation_id, stands) as annotation_id,
        arg_max(class_name, (n, weight, class_name)) as class_name,
        arg_max(class_name, (weight, n, class_name)) as weighted_class,
        sum(n)::bigint as n_votes,
        max(n) as n_for,
        max(weight) / nullif(sum(weight), 0) as weighted_share,
        max(mean_iou) as mean_iou
    from voted
    group by dataset, image_id, object_number
)

select
    decided.dataset,
    decided.image_id,
    decided.annotation_id,
    decided.class_name,
    weighted_class,
    n_votes,
    n_annotators,
    n_for,
    weighted_share,
    mean_iou
from decided
inner join shared_images using (dataset, image_id)
