-- In which batches do annotators agree least?
--
-- Worst first. Alpha measures each batch's disagreement by what chance gives in the whole dataset, so that batches with
-- few classes compare with others.
--
-- Grain: dataset, field, batch
-- Columns:
--   dataset                 dataset that the row belongs to
--   field                   objects, or the question that was answered about the image
--   batch                   batch of the images
--   krippendorff_alpha      1 - disagreement in the batch / disagreement by chance in the dataset, at min_iou()
--   alpha_low               lower end of its 95 % interval over images; null for fewer than three
--   alpha_high              upper end
--   percent_agreement       n_same / n_pairs
--   percent_agreement_low   lower end of its 95 % interval, adjusted for clustering of objects in images
--   percent_agreement_high  upper end
--   n_same                  of n_pairs, those with the same value; absent is a value too
--   n_pairs                 pairs of annotators, times objects
--   existence_agreement     share of n_pairs in which both drew it or neither did; null for answers
--   class_agreement         share of the pairs that both drew it that gave it the same class; null for answers
--   pair_f1                 share of annotations that another annotator has with the same class; null for answers
--   n_images                images that several annotators looked at
--   n_units                 objects, or answers
--   n_undecided             of these, without a value that more than half of the annotators gave
-- After: Krippendorff, Content Analysis (2004), chapter 11; Cochran (1977), section 6.3, for the interval of a ratio
with counted as (
    select *, n_units * n_annotators as n, 2 * (n_pairs - n_same) / (n_annotators - 1) as lost
    from image_agreement
    left join (select dataset, image_id, batch from images) as own using (dataset, image_id)
    where min_iou is null or min_iou = agreement_ious()[agreement_step()]
),

-- Of n values and what they lose, over images: the variance of the ratio of their sums.
summed as (
    select
        dataset,
        field,
        batch,
        cluster_sums(n_same, n_pairs) as sums,
        sum(lost) / sum(n) as observed,
        sqrt(count(*) / nullif(count(*) - 1, 0) * greatest(0, sum(lost * lost) - 2 * observed * sum(lost * n)
            + observed ** 2 * sum(n * n))) / sum(n) as error,
        sum(n_both + n_same - n_both_same) / sum(n_pairs) as existence_agreement,
        sum(n_both_same) / nullif(sum(n_both), 0) as class_agreement,
        2 * sum(n_both_same) / nullif(sum(n_sided), 0) as pair_f1,
        count(*) as n_images,
        sum(n_units)::bigint as n_units,
        sum(n_undecided)::bigint as n_undecided
    from counted
    group by all
),

chance as (
    select dataset, field, (sum(n) ** 2 - sum(n * n)) / nullif(sum(n) * (sum(n) - 1), 0) as expected
    from (
        select dataset, field, class_name, sum(n_values)::double as n
        from agreement_counts
        where scope = 'all' and (min_iou is null or min_iou = agreement_ious()[agreement_step()])
        group by all
    )
    group by all
)

select
    dataset,
    field,
    batch,
    case when n_units >= min_annotations() then 1 - observed / nullif(expected, 0) end as krippendorff_alpha,
    interval_low(krippendorff_alpha, t_quantile(n_images - 1) * error / expected, -1) as alpha_low,
    interval_high(krippendorff_alpha, t_quantile(n_images - 1) * error / expected) as alpha_high,
    rate(sums.k, sums.n) as percent_agreement,
    clustered_low(sums) as percent_agreement_low,
    clustered_high(sums) as percent_agreement_high,
    sums.k as n_same,
    sums.n as n_pairs,
    existence_agreement,
    class_agreement,
    pair_f1,
    n_images,
    n_units,
    n_undecided
from summed
left join chance using (dataset, field)
order by dataset, field, krippendorff_alpha nulls last, batch
