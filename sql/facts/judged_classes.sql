-- Which class did each annotator give to objects of which other in an image, and who says so?
--
-- Grain: dataset, judged_by, annotator, image_id, true_class, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   judged_by   gold, review (what reviewers changed the class to), or suspicion (what models see instead)
--   annotator   who drew them
--   image_id    image
--   true_class  class by gold, reviewer or model
--   class_name  class that the annotator chose
--   n           objects
select
    dataset, 'gold' as judged_by, annotator, image_id, gold_class_name as true_class, class_name, count(*)::double as n
from gold_outcomes
where field = 'objects' and gold_class_name is not null and class_name is not null
group by all
union all
select
    dataset, judged_by, annotator, image_id, case when is_wrong then class_now else class_name end as true_class,
    class_name, count(*)::double as n
from reviewed_annotations
where
    judged_by = 'review' and class_name is not null and class_now is not null
    and (not is_wrong or class_now <> class_name)
group by all
union all
select
    dataset, 'suspicion' as judged_by, annotator, image_id, class_name as true_class, class_name,
    n_annotations - len(list_filter(doubts, lambda doubt: doubt.suspicion >= probable_error())) as n
from image_classes
where n > 0 and dataset in (select told.dataset from suspicions as told)
union all
select
    dataset, 'suspicion' as judged_by, annotator, image_id, doubt.suggested_class as true_class, class_name,
    count(*)::double as n
from (
    select dataset, annotator, image_id, class_name, unnest(doubts) as doubt from image_classes where len(doubts) > 0
)
where doubt.suspicion >= probable_error()
group by all
