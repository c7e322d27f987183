-- How far have an annotator's errors, or sizes of boxes, climbed above or fallen below their mean by each image?
--
-- Grain: dataset, measure, model, annotator, place
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    as in timed_points
--   model      model run whose boxes are the measure of box_size; null for gold, and for errors
--   annotator  who drew it; null for everybody together
--   place      1 for the first image
--   drawn_at   when its first label was drawn (UTC)
--   next_at    when that of the next image was
--   height     sum of what images differ from the mean of the whole time, up to this one
--   before     mean up to this image
--   after      mean after it; null for the last
--   n_images   images of the whole time
--   spread     root of the sum of squares of what images differ; height / spread is a Brownian bridge without a change
with points as materialized (from timed_points),

series as (
    select *, annotator as drawn_by from points
    union all
    select * replace (null as annotator), annotator as drawn_by from points
),

centred as (
    select *, total - n * (sum(total) over whole / sum(n) over whole) as own
    from series
    window whole as (partition by dataset, measure, model, annotator)
)

select
    dataset, measure, model, annotator,
    row_number() over so_far as place,
    drawn_at,
    lead(drawn_at) over in_time as next_at,
    sum(own) over so_far as height,
    sum(total) over so_far / sum(n) over so_far as before,
    (sum(total) over whole - sum(total) over so_far)
    / nullif(sum(n) over whole - sum(n) over so_far, 0) as after,
    count(*) over whole as n_images,
    sqrt(sum(own * own) over whole) as spread
from centred
window
    whole as (partition by dataset, measure, model, annotator),
    in_time as (partition by dataset, measure, model, annotator order by drawn_at, image_id, drawn_by),
    so_far as (
        partition by dataset, measure, model, annotator
        order by drawn_at, image_id, drawn_by
        rows between unbounded preceding and current row
    )
