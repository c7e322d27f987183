-- Which suspects wait for a decision?
--
-- A decision covers a label as the reviewer saw it: when its class or box was changed since, it is a suspect like any
-- other. Of a missing label it covers every prediction of the class that overlaps the place with IoU >= 0.5, of two
-- duplicates both. What was skipped waits again; what was escalated waits for the lead (escalations).
--
-- Grain: dataset, issue, image_id, field, annotation_id, model, prediction_id
-- Columns:
--   dataset              dataset that the row belongs to
--   issue                missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability    probability that it is an error: by what reviewers decided so far (error_calibration)
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
with decided as materialized (from standing_decisions where is_latest),

places as (
    select
        suspects.dataset, suspects.model, suspects.prediction_id,
        max_by(decided.decision, decided.decided_at) as decision,
        max_by(decided.n_skips, decided.decided_at) as n_skips
    from label_suspects as suspects
    inner join decided on suspects.dataset = decided.dataset and suspects.image_id = decided.image_id
    where
        suspects.issue = 'missing_label' and decided.issue = 'missing_label'
        and case
            when decided.box is null
                then suspects.model = decided.model and suspects.prediction_id = decided.prediction_id
            else
                suspects.suggested_class = coalesce(decided.class_name, suspects.suggested_class)
                and box_iou(suspects.suggested_box, decided.box) >= 0.5
        end
    group by all
)

select
    suspects.dataset, suspects.issue,
    error_probability_of(suspects.suspicion, curve.shift, curve.slope) as error_probability,
    suspects.suspicion, suspects.image_id, suspects.file_name, suspects.field, suspects.annotation_id,
    suspects.other_annotation_id, suspects.class_name, suspects.box, suspects.annotator, suspects.batch,
    suspects.suggested_class, suspects.suggested_box, suspects.model, suspects.prediction_id, suspects.confidence,
    suspects.n_models, suspects.n_agreeing, suspects.is_out_of_sample, suspects.evidence,
    coalesce(decided.n_skips, twin.n_skips, places.n_skips, 0) as n_skips
from label_suspects as suspects
left join error_calibration as curve
    on
        suspects.dataset = curve.dataset and suspects.issue = curve.issue
        and suspects.field is not distinct from curve.field
left join decided
    on
        suspects.issue <> 'missing_label' and suspects.dataset = decided.dataset and suspects.issue = decided.issue
        and suspects.image_id = decided.image_id and suspects.field is not distinct from decided.field
        and suspects.annotation_id is not distinct from decided.annotation_id
        and suspects.class_name = coalesce(decided.class_name, suspects.class_name)
        and same_box(suspects.box, decided.box)
left join decided as twin
    on
        suspects.dataset = twin.dataset and suspects.issue = twin.issue
        and suspects.other_annotation_id = twin.annotation_id
left join places
    on
        suspects.issue = 'missing_label' and suspects.dataset = places.dataset
        and suspects.model = places.model and suspects.prediction_id = places.prediction_id
where coalesce(decided.decision, twin.decision, places.decision, 'skip') = 'skip'
order by
    error_probability desc, suspects.dataset, suspects.issue, suspects.image_id, suspects.field, suspects.annotation_id,
    suspects.model, suspects.prediction_id
