-- Where is the gold itself probably wrong?
--
-- Gold that more than half of the annotators and models who looked contradict, at least two of them; and objects that
-- more than half of several annotators drew and gold lacks. Most surely wrong first. An expert should look again.
--
-- Grain: dataset, field, image_id, gold_annotation_id, annotation_id
-- Columns:
--   dataset             dataset that the row belongs to
--   field               objects, or the question that was answered about the image
--   image_id            image
--   issue               wrong_class, extra_label (others see nothing there) or missing_label, of the gold
--   gold_annotation_id  gold object; null for missing_label and answers
--   gold_class_name     class by gold
--   annotation_id       for missing_label one of the annotations of the object
--   suggested_class     class that most of the annotators give it
--   against_rate        n_against / n_judges
--   against_rate_low    lower end of its 95 % interval
--   against_rate_high   upper end
--   n_against           annotators and models that contradict gold
--   n_judges            annotators who looked, and models that predicted on the image
--   n_suggesting        of the annotators, those who give suggested_class
--   n_models            of n_judges, models
-- After: Wilson (1927) for the intervals
with by_models as (
    select
        dataset,
        annotation_id as gold_annotation_id,
        count(*) as n_models,
        count(*) filter (where not is_found) as n_blind
    from judged_annotations
    group by all
),

judged as (
    select
        contradicted.* exclude (n_looks, n_against),
        null as annotation_id,
        case when 2 * n_suggesting >= n_against then 'wrong_class' else 'extra_label' end as issue,
        n_against + coalesce(n_blind, 0) as n_against,
        n_looks + coalesce(n_models, 0) as n_judges,
        coalesce(n_models, 0) as n_models
    from gold_contradictions as contradicted
    left join by_models using (dataset, gold_annotation_id)
    union all by name
    select dataset, 'objects' as field, image_id, annotation_id, 'missing_label' as issue,
        class_name as suggested_class,
        n_drawn as n_against, n_annotators as n_judges, n_same as n_suggesting, 0 as n_models
    from gold_missing
)

select
    dataset,
    field,
    image_id,
    issue,
    gold_annotation_id,
    gold_class_name,
    annotation_id,
    case when issue <> 'extra_label' then suggested_class end as suggested_class,
    n_against / n_judges as against_rate,
    wilson_low(n_against, n_judges) as against_rate_low,
    wilson_high(n_against, n_judges) as against_rate_high,
    n_against::bigint as n_against,
    n_judges::bigint as n_judges,
    n_suggesting::bigint as n_suggesting,
    n_models
from judged
where n_judges > 1 and 2 * n_against > n_judges
order by against_rate_low desc, dataset, field, image_id, gold_annotation_id, annotation_id
