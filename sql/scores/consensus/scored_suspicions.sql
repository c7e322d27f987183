-- Which labels are suspicious, of what, and why?
--
-- Every candidate is a row, however little suspicious; the answers make the cuts.
--
-- Grain: dataset, issue, annotation_id, model, prediction_id
-- Columns:
--   dataset              dataset that the row belongs to
--   image_id             image
--   annotation_id        annotation; null for missing_label
--   prediction_id        prediction that speaks loudest; null where it is the lack of one, and for duplicate_label
--   model                its model; null for duplicate_label
--   issue                missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   suspicion            0 to 1, higher is worse
--   suggested_class      class that the label should have: for wrong_class and missing_label
--   suggested_box        box that it should have: for bad_box and missing_label
--   evidence             what each model says, the loudest first
--   n_models             models that could judge it; 0 for duplicate_label, which needs none
--   n_agreeing           of these, those that hold it for an error
--   is_out_of_sample     false when every model that says so was trained on the image
--   other_annotation_id  for duplicate_label, the annotation that is almost the same
--   is_listed            false for the one of two duplicates that the row of the other, drawn later, stands for
--   class_name           class that the annotator chose; null for missing_label
--   annotator            who drew it
--   batch                batch of the annotation, else of the image
--   confidence           the model's score of the prediction that speaks loudest
--   number               1, 2, ... of all rows, the most suspicious first
-- Stored: suspicions
with everything as (
    select
        dataset, image_id, annotation_id, loudest.prediction_id, loudest.model, issue, log_odds,
        loudest.suggested_class, loudest.suggested_box, evidence, n_models, n_agreeing, is_out_of_sample
    from object_suspicions
    union all by name
    select *, 'missing_label' as issue
    from missing_suspicions
    union all by name
    select
        dataset,
        image_id,
        annotation_id,
        'duplicate_label' as issue,
        duplicate_label_log_odds(likeness) as log_odds,
        'IoU ' || round(iou, 2) || ' with annotation ' || twin_id || ', '
        || case when is_same_class then 'also ' else 'which is ' end || twin_class as evidence,
        0 as n_models,
        0 as n_agreeing,
        true as is_out_of_sample,
        twin_id as other_annotation_id,
        is_later or not is_mutual as is_listed
    from label_twins
    inner join labelled_objects using (dataset, annotation_id)
)

-- The most suspicious come first, so that lists of suspects read the beginning of the file alone. What lists choose by
-- is kept with it, so that they look up nothing but what they show.
select
    *, row_number() over () as number
from (
    select
        told.dataset, told.image_id, told.annotation_id, told.prediction_id, told.model, issue,
        logistic(log_odds) as suspicion, suggested_class, suggested_box, evidence, n_models::bigint as n_models,
        n_agreeing::bigint as n_agreeing, is_out_of_sample, other_annotation_id,
        coalesce(is_listed, true) as is_listed, drawn.class_name, drawn.annotator,
        coalesce(drawn.batch, images.batch) as batch, predictions.confidence
    from everything as told
    left join annotations as drawn on told.dataset = drawn.dataset and told.annotation_id = drawn.annotation_id
    left join predictions
        on
            told.dataset = predictions.dataset and told.model = predictions.model
            and told.prediction_id = predictions.prediction_id
    left join images on told.dataset = images.dataset and told.image_id = images.image_id
    order by
        suspicion desc, told.dataset, told.image_id, told.annotation_id, issue, told.model, told.prediction_id
)
