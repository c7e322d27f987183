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
with valued as (
    select
        *, issue_minutes(issue) as minutes,
        error_probability * issue_benefit(issue) / nullif(issue_minutes(issue), 0) as gain_per_minute,
        coalesce(class_name, suggested_class) as class_meant,
        row(annotation_id, image_id, field, model, prediction_id, issue) as tie
    from open_suspects
),

lengths as (select dataset, ceil(worklist_share() * sum(n_labels)) as n from label_counts group by all),

quotas as (
    select
        valued.*, lengths.n,
        row_number() over (partition by dataset, issue order by gain_per_minute desc, tie) <= ceil(issue_quota() * n)
        and row_number() over (partition by dataset, class_meant order by gain_per_minute desc, tie)
        <= ceil(class_quota() * n)
        and (
            annotator is null
            or row_number() over (partition by dataset, annotator order by gain_per_minute desc, tie)
            <= ceil(annotator_quota() * n)
        ) as is_within_quotas
    from valued inner join lengths using (dataset)
),

placed as (
    select
        *,
        row_number() over (
            partition by dataset order by n_skips, is_within_quotas desc, gain_per_minute desc, tie
        ) as place
    from quotas
),

caused as (
    select p.dataset, p.place, max_by(c.cause, row(c.kind, c.n_suspects)) as cause
    from placed as p
    inner join suspect_causes as c on p.dataset = c.dataset and p.issue = c.issue
    where
        p.field is not distinct from c.field
        and case c.kind
            when 'class_pair' then p.class_name = c.class_name and p.suggested_class = c.suggested_class
            else p.annotator is not distinct from c.annotator and p.batch is not distinct from c.batch
        end
    group by all
)

select
    dataset, place, issue, error_probability, minutes, gain_per_minute, is_within_quotas,
    suspicion, image_id, file_name, field, annotation_id, other_annotation_id, class_name, box, annotator, batch,
    suggested_class, suggested_box, model, prediction_id, confidence, n_models, n_agreeing, is_out_of_sample, evidence,
    n_skips, cause
from placed left join caused using (dataset, place)
where place <= n
order by dataset, place
