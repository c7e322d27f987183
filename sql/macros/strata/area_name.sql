-- COCO's name of an area in square pixels: small below 32 x 32, medium below 96 x 96, else large.
create or replace macro area_name(area) as
    case when area < 1024 then 'small' when area < 9216 then 'medium' when area >= 9216 then 'large' end;
