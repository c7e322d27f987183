-- Which objects do the annotators of an image draw between them?
--
-- Annotations are merged as CVAT merges replicas: every two of an object have IoU min_iou() or more, of each annotator
-- one at most. Most certain first. Keep those with is_majority, and send the others to somebody.
--
-- Grain: dataset, image_id, annotation_id
-- Columns:
--   dataset         dataset that the row belongs to
--   image_id        image that at least two annotators looked at
--   annotation_id   annotation that overlaps the others most: its box, or outline, stands for the object
--   class_name      class that most of them chose; of equally many, the one of larger weight
--   weighted_class  class of the largest weight, by how far each annotator's word counts
--   box             box of annotation_id
--   score           n_votes / n_annotators
--   n_votes         annotators who drew it
--   n_annotators    annotators who looked
--   is_majority     true when more than half of them drew it
--   n_for           of n_votes, those for class_name
--   weighted_share  share of the weight of n_votes that is for weighted_class
--   mean_iou        mean IoU of annotation_id with the others; null for one alone
-- After: CVAT's consensus merging; see annotator_weights for the weights
select
    merged.dataset,
    merged.image_id,
    merged.annotation_id,
    merged.class_name,
    weighted_class,
    annotations.box,
    n_votes / n_annotators as score,
    n_votes,
    n_annotators,
    2 * n_votes > n_annotators as is_majority,
    n_for,
    weighted_share,
    mean_iou
from merged_objects as merged
left join annotations on merged.dataset = annotations.dataset and merged.annotation_id = annotations.annotation_id
order by merged.dataset, score desc, mean_iou desc nulls last, merged.image_id, merged.annotation_id
