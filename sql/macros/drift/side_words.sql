-- Which side lies elsewhere most, in words; '' where none lies as far as min_box_bias(). Offsets are shares.
create or replace macro side_words(left_offset, top_offset, right_offset, bottom_offset) as
    list_transform(
        [{
            'offset': greatest(abs(left_offset), abs(top_offset), abs(right_offset), abs(bottom_offset)),
            'left': left_offset, 'top': top_offset, 'right': right_offset, 'bottom': bottom_offset
        }],
        lambda side: case
            when coalesce(side.offset, 0) < min_box_bias() then ''
            when abs(side.bottom) = side.offset
                then
                    '; the lower side lies ' || percent(side.bottom) || ' of the height '
                    || case when side.bottom > 0 then 'lower' else 'higher' end
            when abs(side.top) = side.offset
                then
                    '; the upper side lies ' || percent(side.top) || ' of the height '
                    || case when side.top > 0 then 'lower' else 'higher' end
            when abs(side.left) = side.offset
                then
                    '; the left side lies ' || percent(side.left) || ' of the width further '
                    || case when side.left > 0 then 'right' else 'left' end
            else
                '; the right side lies ' || percent(side.right) || ' of the width further '
                || case when side.right > 0 then 'right' else 'left' end
        end
    )[1];
