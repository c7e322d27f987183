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
with points as materialized (
    select *, row_number() over (order by drawn_at, image_id, annotator) as turn from timed_points
),

series as (
    select dataset, measure, model, annotator, drawn_at, turn, total, n from points
    union all
    select dataset, measure, model, null as annotator, drawn_at, turn, total, n from points
),

means as materialized (
    select
        dataset, measure, model, annotator,
        row_number() over (order by dataset, measure, model, annotator) as series, sum(n) as n_of_all,
        sum(total order by turn) / sum(n) as mean, count(*) as n_images
    from series
    group by dataset, measure, model, annotator
),

centred as materialized (
    select means.series, drawn_at, turn, n, total - n * mean as own
    from series
    inner join means
        on
            series.dataset = means.dataset and series.measure = means.measure
            and series.model is not distinct from means.model and series.annotator is not distinct from means.annotator
),

spreads as (
    select means.*, spread
    from means
    inner join (select series, sqrt(sum(own * own order by turn)) as spread from centred group by series) using (series)
),

-- A number for a series, as names would have to be sorted.
climbed as (
    select
        series, drawn_at, row_number() over so_far as place, lead(drawn_at) over so_far as next_at,
        sum(own) over so_far as height, sum(n::double) over so_far as n_so_far
    from centred
    window so_far as (partition by series order by turn rows unbounded preceding)
)

select
    dataset, measure, model, annotator, place, drawn_at, next_at, height, mean + height / n_so_far as before,
    mean - height / nullif(n_of_all - n_so_far, 0) as after, n_images, spread
from climbed
inner join spreads using (series)
