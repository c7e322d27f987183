-- How many objects of each class did annotators get right on each image with gold?
--
-- An annotation with the wrong class counts twice: for its class, and for the gold object's.
--
-- Grain: dataset, field, class_name, image_id
-- Columns:
--   dataset        dataset that the row belongs to
--   field          objects, or the question that was answered about the image
--   class_name     class
--   image_id       image with gold
--   n_correct      objects of the class that got it, or right answers
--   n_judged       objects that have the class by gold, by the annotator or both
--   n_annotations  annotations, or answers, of the class
--   n_gold         objects, or answers, of the class by gold, once for each annotator who looked
--   n_wrong_class  of these, given another class
--   n_missing      of these, without annotation
--   n_extra        of n_annotations, without gold object
--   iou_sum        sum of the IoU of annotations of the class with their gold object
--   n_ious         how many that are
with sided as (
    select *, unnest(case when outcome = 'wrong_class' then [true, false] else [class_name is null] end) as is_by_gold
    from gold_outcomes
)

select
    dataset,
    field,
    case when is_by_gold then gold_class_name else class_name end as class_name,
    image_id,
    count(*) filter (where outcome = 'correct') as n_correct,
    count(*) as n_judged,
    count(*) filter (where not is_by_gold) as n_annotations,
    count(*) filter (where is_by_gold or outcome = 'correct') as n_gold,
    count(*) filter (where is_by_gold and outcome = 'wrong_class') as n_wrong_class,
    count(*) filter (where outcome = 'missing') as n_missing,
    count(*) filter (where outcome = 'extra') as n_extra,
    sum(iou) as iou_sum,
    count(iou) as n_ious
from sided
group by all
