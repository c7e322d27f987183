-- In which way boxes differ, in words: `component` is one of box_components(), `effect` a share.
create or replace macro box_bias_words(component, effect) as
    case component
        when 'size' then 'boxes are ' || percent(effect) || case when effect > 0 then ' larger' else ' smaller' end
        when 'width' then 'boxes are ' || percent(effect) || case when effect > 0 then ' wider' else ' narrower' end
        when 'height' then 'boxes are ' || percent(effect) || case when effect > 0 then ' taller' else ' flatter' end
        when 'x'
            then
                'boxes lie ' || percent(effect) || ' of their width further '
                || case when effect > 0 then 'right' else 'left' end
        else
            'boxes lie ' || percent(effect) || ' of their height '
            || case when effect > 0 then 'lower' else 'higher' end
    end;
