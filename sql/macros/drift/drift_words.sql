-- How an annotator's work in a batch differs from other work, in words; measures are those of drift_by_annotator_batch.
create or replace macro drift_words(measure, value, expected, is_higher) as
    case measure
        when 'class_mix'
            then 'other classes than usual, psi ' || round(value, 3) || ' where ' || round(expected, 3) || ' is chance'
        when 'box_size' then case when is_higher then 'larger' else 'smaller' end || ' boxes'
        when 'box_aspect' then case when is_higher then 'wider' else 'taller' end || ' boxes'
        when 'position_x' then 'objects further ' || case when is_higher then 'right' else 'left' end
        when 'position_y' then 'objects ' || case when is_higher then 'lower' else 'higher' end
        when 'objects_per_image' then case when is_higher then 'more' else 'fewer' end || ' objects in an image'
        else
            percent(value) || ' wrong by ' || replace(replace(measure, 'errors_by_', ''), '_', ' ') || ', of others '
            || percent(expected)
    end
    || case
        when measure in ('box_size', 'box_aspect', 'position_x', 'position_y', 'objects_per_image')
            then ' than others, distance ' || round(value, 3) || ' where ' || round(expected, 3) || ' is chance'
        else ''
    end;
