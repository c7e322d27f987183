-- Which class did each annotator give to objects of which other, and who says so?
--
-- Grain: dataset, judged_by, annotation_id, annotator, image_id, true_class, class_name
-- Columns:
--   dataset        dataset that the row belongs to
--   judged_by      gold, review (what reviewers changed the class to), or suspicion (what models see instead)
--   annotation_id  annotation; null by suspicion, where those of an image are counted
--   annotator      who drew it
--   image_id       image
--   true_class     class by gold, reviewer or model
--   class_name     class that the annotator chose
--   n              objects
with doubted as (
    select
        dataset, annotator, image_id, class_name, n_annotations,
        list_filter(doubts, lambda doubt: doubt.suspicion >= probable_error()) as doubts
    from image_classes
    where dataset in (select told.dataset from suspicions as told)
)

select
    dataset, 'gold' as judged_by, annotation_id, annotator, image_id, gold_class_name as true_class, class_name, 1 as n
from gold_outcomes
where field = 'objects' and gold_class_name is not null and class_name is not null
union all
select
    dataset, judged_by, annotation_id, annotator, image_id,
    case when is_wrong then class_now else class_name end as true_class, class_name, 1 as n
from reviewed_annotations
where
    judged_by = 'review' and class_name is not null and class_now is not null
    and (not is_wrong or class_now <> class_name)
union all
select
    dataset, 'suspicion' as judged_by, null as annotation_id, annotator, image_id, class_name as true_class, class_name,
    n_annotations - len(doubts) as n
from doubted
where n_annotations > len(doubts)
union all
select
    dataset, 'suspicion' as judged_by, null as annotation_id, annotator, image_id, doubt.suggested_class as true_class,
    class_name, count(*) as n
from (select * exclude (doubts, n_annotations), unnest(doubts) as doubt from doubted)
group by all
