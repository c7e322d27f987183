-- After which image is a change of an annotator's errors, or sizes of boxes, likeliest?
--
-- Where the sum of what images differ from the mean of the whole time is furthest from 0, the first of several.
--
-- Grain: dataset, measure, model, annotator
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    as in timed_points
--   model      model run whose boxes are the measure of box_size; null for gold, and for errors
--   annotator  who drew it; null for everybody together
--   n_images   images of the whole time
--   place      images before the change
--   next_at    when the first label after it was drawn (UTC)
--   height     sum of what images before it differ
--   spread     root of the sum of squares of what images differ; height / spread is a Brownian bridge without a change
--   before     mean before the change
--   after      mean after it
with points as materialized (
    select
        dataset, measure, model, annotator, drawn_at, total, n,
        row_number() over (partition by dataset, measure, model order by drawn_at, image_id, annotator) as turn
    from timed_points
),

series as (
    from points
    union all
    select * replace (null as annotator) from points
),

means as materialized (
    select
        dataset, measure, model, annotator,
        row_number() over (order by dataset, measure, model, annotator) as series,
        sum(total order by turn) / sum(n) as mean, count(*) as n_images, max(turn) as last_turn
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

spreads as (select series, sqrt(sum(own * own order by turn)) as spread from centred group by series),

climbed as (
    select series, turn, sum(own) over (partition by series order by turn rows unbounded preceding) as height
    from centred
),

tops as materialized (
    select
        series, spread,
        max_by({ 'turn': turn, 'height': height }, row(round(abs(height) / nullif(spread, 0), 9), -turn)) as top
    from climbed inner join spreads using (series) inner join means using (series)
    where turn < last_turn
    group by series, spread
),

sides as (
    select
        series, count(*) filter (where is_before) as place, sum(n) filter (where is_before) as n_before,
        sum(n) filter (where not is_before) as n_after, min(drawn_at) filter (where not is_before) as next_at
    from (select centred.*, turn <= top.turn as is_before from centred inner join tops using (series))
    group by series
)

select
    dataset, measure, model, annotator, n_images, place, next_at, top.height as height, spread,
    mean + top.height / n_before as before, mean - top.height / n_after as after
from sides inner join tops using (series) inner join means using (series)
