-- Annotations with their number in the lake, and how matching takes them.
--
-- is_crowd: overlap is the share of the prediction inside. is_reusable: can be matched many times. is_ignored: does
-- not count, found or not. is_void: being found does not count (pycocotools reads annotation id 0 as no match).
create or replace macro numbered_annotations() as table
    with numbered as (
        select
            row_number() over () as a,
            dataset,
            image_id,
            class_name,
            annotation_id,
            box,
            area as stated_area,
            coalesce(is_crowd, false) or (coalesce(difficult, false) and difficult_rule() = 'crowd') as is_crowd,
            (coalesce(difficult, false) and difficult_rule() = 'ignore')
            or (coalesce(is_ignored, false) and match_mode() = 'corrected') as is_left_out
        from annotations
    )

    select
        numbered.* exclude (stated_area, is_left_out),
        box_source_area(box, stated_area, false) as extent_area,
        is_crowd or is_left_out as is_reusable,
        is_reusable
        or box is null
        or coalesce(stated_area, box_area(box)) not between 0 and 1e10
        or known.class_name is null as is_ignored,
        match_mode() = 'coco' and annotation_id = '0' as is_void
    from numbered
    left join (select distinct dataset, class_name from classes) as known using (dataset, class_name);
