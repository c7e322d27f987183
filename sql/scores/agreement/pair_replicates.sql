-- What is the agreement of each pair of annotators, with all images and with each block of images left out?
--
-- Grain: dataset, field, annotator, other_annotator, scope, left_out
-- Columns:
--   dataset          dataset that the row belongs to
--   field            objects, or the question that was answered about the image
--   annotator        annotator
--   other_annotator  the later in the alphabet
--   scope            all (class or absent) or class (of what both drew), at min_iou()
--   left_out         block of images that is left out; null for none
--   n                objects or images
--   n_agreeing       of these, given the same value by both
--   n_same           of these, drawn by both with the same class
--   kappa            Cohen's kappa; null where both know one value only
--   f1               share of their annotations that the other has too, with the same class; of images, of the answers
--   mean_iou         mean IoU of what both drew
-- After: Cohen, A Coefficient of Agreement for Nominal Scales (1960), doi 10.1177/001316446002000104
with left_out as (
    select
        dataset,
        field,
        annotator,
        other_annotator,
        scope,
        block as left_out,
        sum(n) over w - n as n,
        sum(n_agreeing) over w - n_agreeing as n_agreeing,
        sum(n_same) over w - n_same as n_same,
        sum(products) over w - products_lost as products,
        sum(drawn) over w - drawn as drawn,
        sum(iou_sum) over w - iou_sum as iou_sum
    from pair_sums
    window w as (partition by dataset, field, annotator, other_annotator, scope)
    union all
    select
        dataset,
        field,
        annotator,
        other_annotator,
        scope,
        null as left_out,
        sum(columns(* exclude (dataset, field, annotator, other_annotator, scope, block, products_lost)))
    from pair_sums
    group by dataset, field, annotator, other_annotator, scope
)

select
    dataset,
    field,
    annotator,
    other_annotator,
    scope,
    left_out,
    n::bigint as n,
    n_agreeing::bigint as n_agreeing,
    n_same::bigint as n_same,
    1 - (1 - n_agreeing / nullif(n, 0)) / nullif(1 - products / nullif(n * n, 0), 0) as kappa,
    2 * n_same / nullif(drawn, 0) as f1,
    case when field = 'objects' and scope = 'class' then iou_sum / nullif(n, 0) end as mean_iou
from left_out
