-- Predictions that count, in order of confidence within their class, with how many of them are right so far.
--
-- Equally confident ones stand in the order of images, and within an image as in the source.
--
-- After: accumulate of pycocotools
create or replace macro counted_predictions(from_iou := null, only_model := null, allowed := 100) as table
    with counted as (
        select
            dataset,
            run,
            class_name,
            confidence,
            image_place,
            numbered.p,
            coalesce(not kept.is_void, false) as is_right
        from numbered_predictions(only_model := only_model, allowed := allowed) as numbered
        inner join ordered_images() using (dataset, image_id)
        left join matched_boxes(from_iou := from_iou, only_model := only_model, allowed := allowed) as kept
            on numbered.p = kept.p
        where not is_uncounted and not coalesce(is_ignored, extent_area not between 0 and 1e10)
    )

    select
        dataset,
        run,
        class_name,
        confidence,
        is_right,
        row_number() over falling as n,
        sum(is_right::bigint) over falling as n_right
    from counted
    window falling as (
        partition by dataset, run, class_name
        order by confidence desc, image_place, p
        rows between unbounded preceding and current row
    );
