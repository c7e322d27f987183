-- What quality does cleanlab give each image's class?
--
-- To be compared with our own suspicions. Low is bad here. The adjusted scores are of probabilities less the class
-- thresholds, shifted by the highest of them and brought back to a sum of 1.
--
-- Grain: dataset, field, model, image_id
-- Columns:
--   dataset                     dataset that the row belongs to
--   field                       question that was answered
--   model                       model run
--   image_id                    image
--   class_name                  class that the annotators gave it
--   self_confidence             probability of the class
--   normalized_margin           half of 1 + that probability less the highest of the other classes
--   confidence_weighted_entropy ln(1 + r) / r of r = entropy over that of chance, over the probability of the class
--   adjusted_self_confidence    self_confidence of adjusted probabilities
--   adjusted_normalized_margin  normalized_margin of adjusted probabilities
--   is_label_issue              true for an issue of find_label_issues, filter_by confident_learning
-- After: cleanlab.rank and cleanlab.filter of cleanlab 2.9; Northcutt, Jiang and Chuang, Confident Learning (2021)
with adjusted as (
    select
        said.* exclude (class_scores),
        positions,
        n_classes,
        class_scores[position] as own,
        list_max(list_transform(positions, lambda k: case when k <> position then class_scores[k] end)) as other,
        list_sum(list_transform(class_scores, lambda p: case when p > 0 then -p * ln(p) else 0e0 end)) as entropy,
        list_transform(positions, lambda k: class_scores[k] - thresholds[k] + highest_threshold) as shifted
    from label_probabilities as said
    inner join label_models using (dataset, field, model)
    where thresholds[position] is not null
),

scored as (
    select
        *,
        entropy / ln(n_classes) / greatest(own, 1e-6) as unrest,
        shifted[list_position(positions, position)] / list_sum(shifted) as adjusted_own,
        list_max(list_transform(
            range(1, n_classes + 1), lambda n: case when positions[n] <> position then shifted[n] end
        )) / list_sum(shifted) as adjusted_other
    from adjusted
)

select
    dataset,
    field,
    model,
    image_id,
    class_name,
    own as self_confidence,
    (own - other + 1) / 2 as normalized_margin,
    ln(1 + unrest) / greatest(unrest, 1e-6) as confidence_weighted_entropy,
    adjusted_own as adjusted_self_confidence,
    (adjusted_own - adjusted_other + 1) / 2 as adjusted_normalized_margin,
    is_label_issue
from scored
inner join (select dataset, field, model, image_id, is_label_issue from label_evidence)
    using (dataset, field, model, image_id)
order by self_confidence, dataset, field, model, image_id
