-- What quality does cleanlab's ObjectLab give each annotation, and each object that it holds for overlooked?
--
-- To be compared with our own suspicions. Low is bad here: 0 for an error, 1 for a good label, and 1 for what has no
-- evidence. Predictions that overlap any annotation, or are less sure than objectlab_confidence(), have no row.
--
-- Grain: dataset, model, subtype, annotation_id, prediction_id
-- Columns:
--   dataset        dataset that the row belongs to
--   model          model run
--   image_id       image
--   subtype        overlooked, badloc or swap
--   annotation_id  annotation; null for overlooked
--   prediction_id  prediction that seems overlooked; else null
--   score          quality, 0 to 1, lower is worse
-- After: Tkachenko, Thyagarajan and Mueller, ObjectLab (2023); cleanlab.object_detection.rank of cleanlab 2.9
with least_similar as (
    select dataset, model, coalesce(least(1, min(similarity) filter (where similarity > 0)), 1) as lowest
    from (select distinct dataset, model from predictions)
    left join objectlab_similarities using (dataset, model)
    group by dataset, model
),

near_annotations as (
    select
        dataset,
        model,
        annotation_id,
        max(similarity) filter (where is_same_class and confidence > 0.5e0 and iou > 0) as fits,
        max(similarity) filter (where not is_same_class and confidence > objectlab_confidence()) as contradicts
    from objectlab_similarities
    group by all
),

subtypes (subtype) as (
    values
    ('badloc'),
    ('swap')
)

select
    dataset,
    model,
    image_id,
    subtype,
    annotation_id,
    null as prediction_id,
    case
        when subtype = 'badloc' then coalesce(fits, 1)
        when has_conflict then lowest
        when contradicts is null then 1
        else greatest(lowest, 1 - contradicts)
    end as score
from labelled_objects
inner join least_similar using (dataset)
cross join subtypes
left join near_annotations using (dataset, model, annotation_id)
inner join conflicting_labels using (dataset, annotation_id)
union all
select
    dataset,
    model,
    image_id,
    'overlooked' as subtype,
    null as annotation_id,
    prediction_id,
    coalesce(max(similarity) filter (where is_same_class), any_value(lowest * (1 - predictions.confidence))) as score
from predictions
inner join least_similar using (dataset, model)
left join objectlab_similarities using (dataset, model, prediction_id)
where predictions.confidence >= objectlab_confidence()
group by dataset, model, image_id, prediction_id
having coalesce(max(iou), 0) = 0
order by score, dataset, model, image_id, subtype, annotation_id, prediction_id
