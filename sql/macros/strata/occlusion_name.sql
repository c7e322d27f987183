-- How much is hidden, in words: visible, partly (below half) or mostly.
create or replace macro occlusion_name(occluded) as
    case when occluded <= 0 then 'visible' when occluded < 0.5 then 'partly' when occluded >= 0.5 then 'mostly' end;
