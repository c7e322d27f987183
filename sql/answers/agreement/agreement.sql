-- How well do annotators agree, beyond what chance gives?
--
-- Objects are laid over each other at min_iou(); absent is a value of annotators who looked at the image and drew
-- nothing. One number hides what is wrong: existence_* falls with missing and extra labels, class_* with wrong classes
-- of what was drawn, localisation with shifted boxes. existence_alpha is near 0 when annotators miss different objects,
-- however few: read it with existence_agreement. By custom an alpha from 0.8 on is reliable, from 0.667 on tentative.
--
-- Grain: dataset, field, metric
-- Columns:
--   dataset       dataset that the row belongs to
--   field         objects, or the question that was answered about the image
--   metric        krippendorff_alpha, fleiss_kappa, percent_agreement, mean_pairwise_cohen_kappa; for objects
--                   also existence_alpha, existence_agreement, class_alpha, class_agreement, pair_f1,
--                   localisation (mean IoU); for numbers also krippendorff_alpha_ordinal and _interval
--   value         the measure, 1 for full agreement; null where all gave one and the same value
--   low           lower end of the 95 % interval, by a jackknife over images; null for fewer than three
--   high          upper end
--   n_units       objects, images, or (localisation) pairs of boxes; of mean_pairwise_cohen_kappa pairs of annotators
--   n_annotators  annotators who share images
-- After: Krippendorff (2004); Fleiss (1971); Light (1971); Efron and Stein (1981) for the jackknife
with people as (
    select dataset, field, count(*) as n_annotators
    from (
        select dataset, field, annotator from annotator_pair_counts
        union
        select dataset, field, other_annotator from annotator_pair_counts
    )
    group by dataset, field
)

select dataset, field, metric, value, low, high, n_units, n_annotators
from measured_agreement
left join people using (dataset, field)
where min_iou is null or min_iou = agreement_ious()[agreement_step()]
order by dataset, field, metric
