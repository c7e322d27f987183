-- Which objects were probably annotated twice?
--
-- Both annotations of a pair are rows. Two annotators' boxes of one object are two opinions, no duplicate.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset        dataset that the row belongs to
--   suspicion      0 to 1, higher is worse
--   image_id       image
--   file_name      path of the picture as the source gives it
--   annotation_id  annotation
--   class_name     class that the annotator chose
--   box            box that the annotator drew
--   annotator      who drew it
--   batch          batch of the annotation, else of the image
--   evidence       the other annotation, and how much they overlap
select
    dataset,
    suspicion,
    image_id,
    file_name,
    annotation_id,
    class_name,
    box,
    annotator,
    batch,
    evidence
from label_suspects
where issue = 'duplicate_label'
order by suspicion desc, dataset, image_id, annotation_id
