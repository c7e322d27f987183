-- Which images do annotators disagree on most?
--
-- Worst first: the images to look at and to discuss; low_agreement_images are those that need one more annotator.
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset            dataset that the row belongs to
--   field              objects, or the question that was answered about the image
--   image_id           image that at least two annotators looked at and one said something of
--   file_name          path of the picture as the source gives it
--   batch              batch of the image
--   percent_agreement  n_same / n_pairs
--   n_same             of n_pairs, those with the same value; absent is a value too
--   n_pairs            pairs of annotators, times objects
--   n_annotators       annotators who looked
--   n_units            objects at min_iou(), or 1 for an answer
--   n_seen_by_all      of these, drawn by every annotator who looked
--   n_seen_by_one      of these, drawn by one alone
--   n_class_conflicts  of these, given several classes
--   n_undecided        of these, without a value that more than half of the annotators gave
select
    counted.dataset,
    counted.field,
    counted.image_id,
    images.file_name,
    images.batch,
    rate(n_same, n_pairs) as percent_agreement,
    n_same,
    n_pairs,
    n_annotators,
    n_units,
    n_seen_by_all,
    n_seen_by_one,
    n_class_conflicts,
    n_undecided
from image_agreement as counted
left join images using (dataset, image_id)
where counted.min_iou is null or counted.min_iou = agreement_ious()[agreement_step()]
order by counted.dataset, counted.field, percent_agreement nulls last, n_pairs desc, counted.image_id
