-- What does each model hold against each annotation?
--
-- Grain: dataset, issue, annotation_id, model
-- Columns:
--   dataset          dataset that the row belongs to
--   issue            wrong_class, bad_box or extra_label
--   annotation_id    annotation
--   model            model run
--   image_id         image
--   prediction_id    prediction that speaks against it; null where it is the lack of one
--   suggested_class  class that it should have, for wrong_class
--   suggested_box    box that it should have, for bad_box
--   log_odds         log odds of the error by this model alone
--   evidence         the same in words; null where the model has nothing to say
select
    dataset,
    'wrong_class' as issue,
    annotation_id,
    model,
    image_id,
    prediction_id,
    suggested_class,
    null as suggested_box,
    log_odds,
    evidence
from wrong_class_evidence
union all
select
    dataset,
    'bad_box' as issue,
    annotation_id,
    model,
    image_id,
    prediction_id,
    null as suggested_class,
    suggested_box,
    log_odds,
    evidence
from bad_box_evidence
union all
select
    dataset,
    'extra_label' as issue,
    annotation_id,
    model,
    image_id,
    null as prediction_id,
    null as suggested_class,
    null as suggested_box,
    log_odds,
    evidence
from extra_label_evidence
