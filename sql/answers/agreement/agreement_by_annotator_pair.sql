-- Which two annotators agree least?
--
-- Worst first. Objects are those that anybody drew on images that both looked at; absent is a value of who looked and
-- drew nothing.
--
-- Grain: dataset, field, annotator, other_annotator
-- Columns:
--   dataset          dataset that the row belongs to
--   field            objects, or the question that was answered about the image
--   annotator        annotator
--   other_annotator  the later in the alphabet
--   cohen_kappa      Cohen's kappa of class or absent, at min_iou(); null where both know one value only
--   kappa_low        lower end of its 95 % interval, by a jackknife over images; null for fewer than three blocks
--   kappa_high       upper end
--   n_objects        objects, or images that both answered
--   n_agreeing       of these, given the same value by both
--   class_kappa      Cohen's kappa of the class of what both drew; null for answers
--   n_both           objects that both drew; null for answers
--   f1               share of both annotators' objects that the other drew with the same class; null for answers
--   f1_low           lower end of its 95 % interval
--   f1_high          upper end
--   mean_iou         mean IoU of what both drew; null for answers
-- After: Cohen, A Coefficient of Agreement for Nominal Scales (1960), doi 10.1177/001316446002000104
with measured as (
    select
        dataset,
        field,
        annotator,
        other_annotator,
        scope,
        any_value(case when left_out is null then struct_pack(kappa := kappa, f1 := f1, n := n, same := n_agreeing) end)
            as v,
        any_value(case when left_out is null then mean_iou end) as mean_iou,
        jackknife_reach(case when left_out is not null then kappa end) as kappa_reach,
        jackknife_reach(case when left_out is not null then f1 end) as f1_reach
    from pair_replicates
    group by dataset, field, annotator, other_annotator, scope
)

select
    dataset,
    field,
    annotator,
    other_annotator,
    whole.v.kappa as cohen_kappa,
    interval_low(whole.v.kappa, whole.kappa_reach, -1) as kappa_low,
    interval_high(whole.v.kappa, whole.kappa_reach) as kappa_high,
    whole.v.n as n_objects,
    whole.v.same as n_agreeing,
    both_drew.v.kappa as class_kappa,
    case when field = 'objects' then coalesce(both_drew.v.n, 0) end as n_both,
    case when field = 'objects' then whole.v.f1 end as f1,
    interval_low(whole.v.f1, whole.f1_reach, 0) as f1_low,
    interval_high(whole.v.f1, whole.f1_reach) as f1_high,
    both_drew.mean_iou
from (from measured where scope = 'all') as whole
left join (from measured where scope = 'class' and field = 'objects') as both_drew
    using (dataset, field, annotator, other_annotator)
order by dataset, field, cohen_kappa nulls last, annotator, other_annotator
