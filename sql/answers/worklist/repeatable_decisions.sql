-- Which suspects may be shown to their reviewer again, unmarked, to see whether the judgement holds?
--
-- Those judged once by the reviewer, at least repeat_distance() decisions ago, whose label is still as it was seen.
--
-- Grain: dataset, reviewer, decision_id
-- Columns:
--   dataset              dataset that the row belongs to
--   reviewer             who judged it
--   decision_id          the judgement
--   decided_at           when it was made (UTC)
--   issue                missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability    probability that it is an error, by what reviewers decided so far (error_calibration)
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
with counted as (
    select
        *,
        row_number() over (partition by dataset, reviewer order by decided_at desc, decision_id desc) as n_ago,
        count(*) over (
            partition by
                dataset, reviewer, issue, image_id, field, annotation_id,
                case when annotation_id is null then prediction_id end
        ) as n_times
    from standing_decisions
    where reviewer is not null
),

old as materialized (
    from counted
    where
        n_times = 1 and is_error is not null and n_ago > repeat_distance()
        and coalesce(annotation_id, prediction_id, field) is not null
)

select
    old.dataset, old.reviewer, old.decision_id, old.decided_at, old.issue,
    error_probability_of(suspects.suspicion, curve.shift, curve.slope) as error_probability,
    suspects.suspicion, suspects.image_id, suspects.file_name, suspects.field, suspects.annotation_id,
    suspects.other_annotation_id, suspects.class_name, suspects.box, suspects.annotator, suspects.batch,
    suspects.suggested_class, suspects.suggested_box, suspects.model, suspects.prediction_id, suspects.confidence,
    suspects.n_models, suspects.n_agreeing, suspects.is_out_of_sample, suspects.evidence
from old
inner join label_suspects as suspects
    on
        old.dataset = suspects.dataset and old.issue = suspects.issue and old.image_id = suspects.image_id
        and old.field is not distinct from suspects.field
        and old.annotation_id is not distinct from suspects.annotation_id
        and (
            old.annotation_id is not null
            or (old.model, old.prediction_id) is not distinct from (suspects.model, suspects.prediction_id)
        )
left join error_calibration as curve
    on old.dataset = curve.dataset and old.issue = curve.issue and old.field is not distinct from curve.field
where
    case old.issue
        when 'missing_label' then
            suspects.suggested_class = coalesce(old.class_name, suspects.suggested_class)
            and same_box(suspects.suggested_box, old.box)
        else suspects.class_name = coalesce(old.class_name, suspects.class_name) and same_box(suspects.box, old.box)
    end
qualify row_number() over (partition by old.decision_id order by suspects.suspicion desc) = 1
order by old.dataset, old.reviewer, old.decided_at, old.decision_id
