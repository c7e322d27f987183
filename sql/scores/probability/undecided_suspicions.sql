-- Which suspicions wait for a decision, and how probably is each an error?
--
-- A decision covers a label as the reviewer saw it: when its class or box was changed since, it is a suspect like any
-- other. Of a missing label it covers every prediction of the class that overlaps the place with IoU >= 0.5, of two
-- duplicates both. What was skipped waits again; what was escalated waits for the lead (escalations). Left out is what
-- lies below min_suspicion().
--
-- Grain: dataset, issue, image_id, field, annotation_id, model, prediction_id
-- Columns:
--   dataset              dataset that the row belongs to
--   issue                missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability    probability that it is an error: by what reviewers decided so far (error_calibration)
--   suspicion            0 to 1, higher is worse
--   image_id             image
--   field                question about the image that was answered; null for an object
--   annotation_id        annotation; null for missing_label and for an answer about the image
--   other_annotation_id  for duplicate_label, the annotation that is almost the same
--   suggested_class      class that the label should have: for wrong_class and missing_label
--   suggested_box        box that it should have: for bad_box and missing_label
--   model                model that speaks loudest; null for duplicate_label
--   prediction_id        its prediction; null where it is the lack of one
--   n_models             models that could judge it; 0 for duplicate_label, which needs none
--   n_agreeing           of these, those that hold it for an error
--   is_out_of_sample     false when every model that says so was trained on the image
--   evidence             what each model says, the loudest first
--   number               its number in suspicions, or in image_label_suspicions for an answer about the image
--   class_name           class that the annotator chose; null for missing_label
--   annotator            who drew it, or gave the answer; null where several gave it
--   batch                batch of the annotation, else of the image
--   confidence           the model's score of its prediction, or of suggested_class
--   n_skips              how often it has been skipped
with fitted as (from error_calibration),

-- Of a list DuckDB expects few rows, which they are, and hashes them instead of all suspicions beside them.
curves as (select unnest(list(fitted), recursive := true) from fitted),

everything as (
    select *, null as field from undecided_missing_labels
    union all by name
    select suspicions.* exclude (is_listed), null as field, n_skips
    from suspicions
    left join decided_suspicions using (dataset, number)
    where
        issue <> 'missing_label' and is_listed is not false and suspicion >= min_suspicion()
        and coalesce(decision, 'skip') = 'skip'
    union all by name
    select
        answers.dataset, 'wrong_class' as issue, suspicion, answers.image_id, answers.field, class_name, annotator,
        images.batch, suggested_class, model, other_confidence as confidence, n_models, n_agreeing,
        is_out_of_sample, evidence, number, n_skips
    from image_label_suspicions as answers
    left join valid_decisions as decided
        on
            answers.dataset = decided.dataset and answers.image_id = decided.image_id and answers.field = decided.field
            and decided.issue = 'wrong_class'
    left join images on answers.dataset = images.dataset and answers.image_id = images.image_id
    where suspicion >= min_suspicion() and coalesce(decision, 'skip') = 'skip'
)

select
    suspects.dataset, suspects.issue, error_probability_of(suspicion, curve.shift, curve.slope) as error_probability,
    suspicion, image_id, suspects.field, annotation_id, other_annotation_id, suggested_class,
    suggested_box, model, prediction_id, n_models, n_agreeing, is_out_of_sample, evidence,
    number, class_name, annotator, batch, confidence, coalesce(n_skips, 0) as n_skips
from everything as suspects
left join curves as curve
    on
        suspects.dataset = curve.dataset and suspects.issue = curve.issue
        and suspects.field is not distinct from curve.field
