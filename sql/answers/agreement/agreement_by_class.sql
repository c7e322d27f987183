-- Which classes do annotators agree on, and what do they take the others for?
--
-- Worst first. Two ways to say it: `same_class` is how often another annotator who looked says the same where one says
-- the class, be it by chance; alpha is what goes beyond chance.
--
-- Grain: dataset, field, class_name
-- Columns:
--   dataset             dataset that the row belongs to
--   field               objects, or the question that was answered about the image
--   class_name          class
--   krippendorff_alpha  alpha of the class against all else, absent included; null where nothing else was said
--   alpha_low           lower end of its 95 % interval, by a jackknife over images; null for fewer than three
--   alpha_high          upper end
--   same_class          n_same / n_pairs
--   same_class_low      lower end of its 95 % interval
--   same_class_high     upper end
--   n_same              of n_pairs, those in which the other annotator says the same
--   n_pairs             pairs of an annotation (or answer) of the class and another annotator who looked
--   n_annotations       annotations (or answers) of the class where several annotators looked
--   mean_iou            mean IoU of boxes of the class with those of others for the same object; null for answers
--   confused_with       what others say most often instead: a class, or absent
--   n_confused          pairs in which they do
with measured as (
    select
        dataset,
        field,
        class_name,
        any_value(case when left_out is null then alpha end) as krippendorff_alpha,
        jackknife_reach(case when left_out is not null then alpha end) as alpha_reach,
        any_value(case when left_out is null then agreeing end) as n_same,
        any_value(case when left_out is null then n_pairs end) as n_pairs,
        any_value(case when left_out is null then n end) as n_annotations,
        jackknife_reach(case when left_out is not null then agreeing / nullif(n_pairs, 0) end) as reach
    from class_replicates
    group by dataset, field, class_name
),

located as (
    select dataset, field, class_name, sum(iou_sum) / sum(n_values) as mean_iou
    from agreement_counts
    where scope = 'localisation' and min_iou = agreement_ious()[agreement_step()]
    group by all
)

select
    dataset,
    field,
    class_name,
    krippendorff_alpha,
    interval_low(krippendorff_alpha, alpha_reach, -1) as alpha_low,
    interval_high(krippendorff_alpha, alpha_reach) as alpha_high,
    rate(n_same, n_pairs) as same_class,
    interval_low(n_same / nullif(n_pairs, 0), reach, 0) as same_class_low,
    interval_high(n_same / nullif(n_pairs, 0), reach) as same_class_high,
    n_same::bigint as n_same,
    n_pairs::bigint as n_pairs,
    n_annotations::bigint as n_annotations,
    mean_iou,
    confused_with,
    coalesce(n_confused, 0) as n_confused
from measured
left join likeliest_confusions using (dataset, field, class_name)
left join located using (dataset, field, class_name)
order by dataset, field, same_class nulls last, class_name
