-- Place of min_iou() among agreement_ious(), from 1 on; another value is refused.
create or replace macro agreement_step() as
    case
        when list_contains(list_transform(agreement_ious(), lambda t: round(t * 1000)), round(min_iou() * 1000))
            then list_position(list_transform(agreement_ious(), lambda t: round(t * 1000)), round(min_iou() * 1000))
        else error('min_iou = ' || min_iou() || ': agreement knows ' || agreement_ious()::varchar)
    end;
