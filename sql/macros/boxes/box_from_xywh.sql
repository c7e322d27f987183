-- Box from its upper left corner, width and height, as COCO writes it.
create or replace macro box_from_xywh(x, y, w, h) as {
    'x_min': x::double,
    'y_min': y::double,
    'x_max': x::double + w::double,
    'y_max': y::double + h::double
};
