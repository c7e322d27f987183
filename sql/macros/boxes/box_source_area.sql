-- Area of a box to the last bit, as the source's own width and height gave it.
--
-- A stated area that differs by no more than the rounding of the corners is their product: surely for a prediction,
-- for an annotation only where its width or height is lost.
create or replace macro box_source_area(a, stated, is_prediction) as
    case
        when
            not is_prediction
            and box_written_extent(a.x_min, a.x_max) is not null
            and box_written_extent(a.y_min, a.y_max) is not null
            then box_written_extent(a.x_min, a.x_max) * box_written_extent(a.y_min, a.y_max)
        when
            abs(stated - box_extent(a.x_min, a.x_max) * box_extent(a.y_min, a.y_max))
            <= 4.440892098500626e-16
            * (
                greatest(abs(a.x_min), abs(a.x_max)) * abs(box_extent(a.y_min, a.y_max))
                + greatest(abs(a.y_min), abs(a.y_max)) * abs(box_extent(a.x_min, a.x_max))
            )
            then stated
        else box_extent(a.x_min, a.x_max) * box_extent(a.y_min, a.y_max)
    end;
