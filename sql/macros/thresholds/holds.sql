-- Whether a mask of `matches` (tp_mask, ignore_mask, found_mask) is set at min_iou().
create or replace macro holds(mask) as (mask::integer >> iou_step()) & 1 = 1;
