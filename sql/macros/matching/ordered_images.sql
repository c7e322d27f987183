-- Images with their place in the order that decides between equally confident predictions.
--
-- The order of COCO's image ids: as numbers where all of a dataset's are whole numbers, else as text.
create or replace macro ordered_images() as table
    with numbered as (
        select distinct
            dataset,
            image_id,
            try_cast(image_id as bigint) as number
        from images
    ),

    judged as (
        select *, bool_and(coalesce(number::varchar = image_id, false)) over (partition by dataset) as are_numbers
        from numbered
    )

    select
        dataset,
        image_id,
        row_number() over (order by dataset, case when are_numbers then number end, image_id) as image_place
    from judged;
