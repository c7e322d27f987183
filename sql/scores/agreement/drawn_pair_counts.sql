-- What did each of two annotators draw on images that both looked at, whether the other did too or not?
--
-- Grain: dataset, min_iou, annotator, other_annotator, block, class_name, other_class_name
-- Columns:
--   dataset           dataset that the row belongs to
--   min_iou           IoU from which boxes mean the same object; the counts are the same for all
--   annotator         annotator
--   other_annotator   the later in the alphabet
--   block             0 to 19: what the jackknife leaves out at a time
--   class_name        class that the annotator chose; null for what the other drew
--   other_class_name  class that the other chose; null for what the annotator drew
--   n                 annotations
with looks as materialized (from pair_looks),

drawn as (
    select dataset, image_id, annotator, class_name, count(*) as n
    from annotator_groups
    group by all
),

alone as (
    select looks.dataset, looks.annotator, other_annotator, block, class_name, null as other_class_name, n
    from looks
    inner join drawn using (dataset, image_id, annotator)
    union all
    select looks.dataset, looks.annotator, other_annotator, block, null as class_name, class_name as other_class_name, n
    from looks
    inner join drawn
        on
            looks.dataset = drawn.dataset
            and looks.image_id = drawn.image_id
            and looks.other_annotator = drawn.annotator
),

counted as (
    select dataset, annotator, other_annotator, block, class_name, other_class_name, sum(n)::bigint as n
    from alone
    group by all
)

select
    dataset,
    unnest(agreement_ious()) as min_iou,
    annotator,
    other_annotator,
    block,
    class_name,
    other_class_name,
    n
from counted
