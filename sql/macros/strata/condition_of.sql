-- Which condition a row of grouping sets (size, occlusion, crowding) counts, by grouping() of the first two.
create or replace macro condition_of(of_size, of_occlusion) as
    case 0 when of_size then 'size' when of_occlusion then 'occlusion' else 'crowding' end;
