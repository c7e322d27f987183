-- How well do annotators agree on each class, with all images and with each block of images left out?
--
-- Grain: dataset, field, class_name, left_out
-- Columns:
--   dataset     dataset that the row belongs to
--   field       objects, or the question that was answered about the image
--   class_name  class
--   left_out    block of images that is left out; null for none
--   alpha       Krippendorff's alpha of this class against all else, absent included, at min_iou()
--   agreeing    pairs of values of one unit that are both the class, in either direction
--   n_pairs     pairs that start from the class
--   n           values of the class
-- After: Krippendorff, Content Analysis (2004), section 11.3.4 (one value against all others)
with counted as (
    select
        dataset,
        field,
        class_name,
        block,
        sum(n_values)::double as n,
        sum(n_agreeing)::double as agreeing,
        sum(n_values * (n_annotators - 1))::double as n_pairs,
        sum(n_values - n_agreeing / (n_annotators - 1)) as disagreement
    from agreement_counts
    where scope = 'all' and (min_iou is null or min_iou = agreement_ious()[agreement_step()])
    group by all
),

totals as (
    select dataset, field, class_name, sum(columns(* exclude (dataset, field, class_name, block)))
    from counted
    where class_name is not null
    group by dataset, field, class_name
),

blocks as (
    select dataset, field, block as left_out, sum(n) as n_lost, sum(sum(n)) over (partition by dataset, field) as n_all
    from counted
    group by dataset, field, block
    union all
    select dataset, field, null as left_out, 0 as n_lost, sum(n) as n_all from counted
    group by dataset, field
)

select
    dataset,
    field,
    totals.class_name,
    blocks.left_out,
    1 - (n_all - n_lost - 1) * (totals.disagreement - coalesce(counted.disagreement, 0))
    / nullif(
        (totals.n - coalesce(counted.n, 0)) * (n_all - n_lost - totals.n + coalesce(counted.n, 0)), 0
    ) as alpha,
    totals.agreeing - coalesce(counted.agreeing, 0) as agreeing,
    totals.n_pairs - coalesce(counted.n_pairs, 0) as n_pairs,
    totals.n - coalesce(counted.n, 0) as n
from totals
inner join blocks using (dataset, field)
left join counted
    on
        totals.dataset = counted.dataset
        and totals.field = counted.field
        and totals.class_name = counted.class_name
        and blocks.left_out = counted.block
