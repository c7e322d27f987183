-- Which objects were probably annotated twice?
--
-- A pair is one row: that of the annotation drawn later, else with the later id. Two annotators' boxes of one object
-- are two opinions, no duplicate.
--
-- Grain: dataset, annotation_id
-- Columns:
--   dataset              dataset that the row belongs to
--   suspicion            0 to 1, higher is worse
--   image_id             image
--   file_name            path of the picture as the source gives it
--   annotation_id        annotation, the later of the two
--   other_annotation_id  the annotation that is almost the same
--   class_name           class that the annotator chose
--   box                  box that the annotator drew
--   annotator            who drew it
--   batch                batch of the annotation, else of the image
--   evidence             the other annotation, and how much they overlap
select
    dataset,
    suspicion,
    image_id,
    file_name,
    annotation_id,
    other_annotation_id,
    class_name,
    box,
    annotator,
    batch,
    evidence
from label_suspects
where issue = 'duplicate_label'
order by suspicion desc, dataset, image_id, annotation_id
