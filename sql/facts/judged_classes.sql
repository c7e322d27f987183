-- Which class does each annotator give to objects of which other, image by image, and who says so?
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
select dataset, 'gold' as judged_by, annotator, image_id, gold_class_name as true_class, class_name, count(*) as n
from gold_outcomes
where field = 'objects' and gold_class_name is not null and class_name is not null
group by all
union all
select
    reviewed.dataset, 'review' as judged_by, reviewed.annotator, reviewed.image_id,
    case when reviewed.is_wrong then drawn.class_name else reviewed.class_name end as true_class,
    reviewed.class_name, count(*) as n
from reviewed_annotations as reviewed
left join drawn_annotations as drawn
    on reviewed.dataset = drawn.dataset and reviewed.annotation_id = drawn.annotation_id
where
    reviewed.judged_by = 'review' and reviewed.class_name is not null and drawn.class_name is not null
    and (not reviewed.is_wrong or drawn.class_name <> reviewed.class_name)
group by all
union all
select
    drawn.dataset, 'suspicion' as judged_by, drawn.annotator, drawn.image_id,
    coalesce(doubted.suggested_class, drawn.class_name) as true_class, drawn.class_name, count(*) as n
from drawn_annotations as drawn
left join (
    select dataset, annotation_id, max_by(suggested_class, suspicion) as suggested_class
    from suspicions
    where issue = 'wrong_class' and suspicion >= probable_error()
    group by all
) as doubted
    on drawn.dataset = doubted.dataset and drawn.annotation_id = doubted.annotation_id
where drawn.dataset in (select told.dataset from suspicions as told)
group by all
