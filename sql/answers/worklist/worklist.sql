-- Which suspects should a reviewer look at next?
--
-- The most errors mended per minute come first. The list is as long as worklist_share() of the dataset's labels; a
-- kind, class or annotator that fills its quota of it makes room for the others, whatever was skipped comes last, and
-- what was decided is not in it. `set variable worklist_share = 1` shows all.
--
-- Grain: dataset, place
-- Columns:
--   dataset              dataset that the row belongs to
--   place                1, 2, ... within the dataset
--   issue                missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability    probability that it is an error, by what reviewers decided so far (error_calibration)
--   minutes              what a reviewer needs for one of its kind
--   gain_per_minute      errors mended per minute, weighted by what each kind is worth
--   is_within_quotas     false where its kind, class or annotator has filled its share of the list
--   suspicion            0 to 1, higher is worse
--   image_id             image
--   file_name            path of the picture as the source gives it
--   field                question about the image that was answered; null for an object
--   annotation_id        annotation; null for missing_label and for an answer about the image
--   other_annotation_id  for duplicate_label, the annotation that is almost the same
--   class_name           class that the annotator chose
--   box                  box that the annotator drew
--   annotator            who drew it, or gave the answer; null where several gave it
--   batch                batch of the annotation, else of the image
--   suggested_class      class that the label should have: for wrong_class and missing_label
--   suggested_box        box that it should have: for bad_box and missing_label
--   model                model that speaks loudest; null for duplicate_label
--   prediction_id        its prediction; null where it is the lack of one
--   confidence           the model's score of that prediction, or of suggested_class
--   n_models             models that could judge it; 0 for duplicate_label, which needs none
--   n_agreeing           of these, those that hold it for an error
--   is_out_of_sample     false when every model that says so was trained on the image
--   evidence             what each model says, the loudest first
--   n_skips              how often it has been skipped
--   cause                cause that it shares with others, in words: suspect_causes
with placed as materialized (from worklist_places),

-- Found again by number, as long texts are best not sorted; the numbers of answers are those of another table.
told as (
    select suspects.*, place
    from suspicions as suspects
    inner join placed on suspects.dataset = placed.dataset and suspects.number = placed.number
    where suspects.suspicion >= min_suspicion() and placed.field is null
),

boxes as (
    select dataset, place, drawn.box
    from annotations as drawn
    inner join told using (dataset, annotation_id)
),

shown as (
    select
        placed.dataset, placed.place, placed.issue, error_probability, minutes, gain_per_minute, is_within_quotas,
        placed.suspicion, coalesce(told.image_id, answers.image_id) as image_id, images.file_name, placed.field,
        told.annotation_id, told.other_annotation_id,
        coalesce(told.class_name, answers.class_name) as class_name, boxes.box,
        coalesce(told.annotator, answers.annotator) as annotator, coalesce(told.batch, images.batch) as batch,
        coalesce(told.suggested_class, answers.suggested_class) as suggested_class, told.suggested_box,
        coalesce(told.model, answers.model) as model, told.prediction_id,
        coalesce(told.confidence, answers.other_confidence) as confidence,
        coalesce(told.n_models, answers.n_models) as n_models,
        coalesce(told.n_agreeing, answers.n_agreeing) as n_agreeing,
        coalesce(told.is_out_of_sample, answers.is_out_of_sample) as is_out_of_sample,
        coalesce(told.evidence, answers.evidence) as evidence, n_skips
    from placed
    left join told on placed.dataset = told.dataset and placed.place = told.place
    left join boxes on placed.dataset = boxes.dataset and placed.place = boxes.place
    left join image_label_suspicions as answers
        on
            placed.dataset = answers.dataset and placed.number = answers.number
            and placed.field is not null
    left join images
        on placed.dataset = images.dataset and coalesce(told.image_id, answers.image_id) = images.image_id
),

-- Of a list DuckDB expects few rows, which they are, and hashes them instead of what is shown.
causes as materialized (select unnest(list(suspect_causes), recursive := true) from suspect_causes)

select shown.*, coalesce(of_classes.cause, of_people.cause) as cause
from shown
left join causes as of_classes
    on
        of_classes.kind = 'class_pair' and shown.dataset = of_classes.dataset and shown.issue = of_classes.issue
        and shown.field is not distinct from of_classes.field and shown.class_name = of_classes.class_name
        and shown.suggested_class = of_classes.suggested_class
left join causes as of_people
    on
        of_people.kind = 'annotator_batch' and shown.dataset = of_people.dataset and shown.issue = of_people.issue
        and shown.field is not distinct from of_people.field
        and shown.annotator is not distinct from of_people.annotator
        and shown.batch is not distinct from of_people.batch
order by shown.dataset, place
