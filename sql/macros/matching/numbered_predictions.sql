-- Predictions of one model, or of all, with their number in the lake; `is_uncounted` ones take no part in matching.
--
-- Allowed are the `allowed` most confident predictions of each class in each image, of equals the earlier ones.
-- Uncounted are the others, and predictions without a box or of a class that is not in `classes`.
create or replace macro numbered_predictions(only_model := null, allowed := 100) as table
    with numbered as (
        select
            row_number() over () as p,
            dataset,
            predictions.model as run,
            image_id,
            class_name,
            prediction_id,
            confidence,
            box,
            area as stated_area
        from predictions
    ),

    crowded as (
        select dataset, run, image_id, class_name
        from numbered
        where box is not null
        group by all
        having count(*) > allowed
    ),

    surplus as (
        select p
        from numbered
        semi join crowded using (dataset, run, image_id, class_name)
        where box is not null
        qualify
            row_number() over (
                partition by dataset, run, image_id, class_name
                order by confidence desc, p
            ) > allowed
    )

    select
        numbered.* exclude (stated_area),
        box_source_area(box, stated_area, true) as extent_area,
        surplus.p is not null or box is null or known.class_name is null as is_uncounted
    from numbered
    left join surplus using (p)
    left join (select distinct dataset, class_name from classes) as known using (dataset, class_name)
    where only_model is null or run = only_model;
