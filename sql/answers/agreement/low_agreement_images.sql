-- Which images should go to one more annotator?
--
-- Those on which some object, or the answer, has no value that more than half of the annotators gave, and those whose
-- annotators agree less than min_agreement(); what one more annotator can decide comes first.
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset            dataset that the row belongs to
--   field              objects, or the question that was answered about the image
--   image_id           image
--   file_name          path of the picture as the source gives it
--   batch              batch of the image
--   n_undecided        objects, or answers, of which no value has more than half of the annotators
--   n_units            objects at min_iou(), or 1 for an answer
--   percent_agreement  n_same / n_pairs
--   n_same             of n_pairs, those with the same value; absent is a value too
--   n_pairs            pairs of annotators, times objects
--   reason             existence (who drew it and who did not) or class: what most pairs that differ differ in
--   n_annotators       annotators who looked
--   annotators         who they are: somebody else should look
with low as (
    select *, n_pairs - n_same as n_differing, coalesce(n_both - n_both_same, n_differing) as n_in_class
    from image_agreement
    where
        (min_iou is null or min_iou = agreement_ious()[agreement_step()])
        and (n_undecided > 0 or n_same < min_agreement() * n_pairs)
)

select
    low.dataset,
    low.field,
    low.image_id,
    images.file_name,
    images.batch,
    n_undecided,
    n_units,
    rate(n_same, n_pairs) as percent_agreement,
    n_same,
    n_pairs,
    case when 2 * n_in_class > n_differing then 'class' else 'existence' end as reason,
    n_annotators,
    annotators
from low
left join images using (dataset, image_id)
order by low.dataset, low.field, n_undecided desc, percent_agreement, low.image_id
