-- Where does each rating stand, as a rank and as a number, with all images and with each block of images left out?
--
-- As ranks, two ratings differ by how many ratings lie between them: that is the distance of their middle ranks.
--
-- Grain: dataset, field, metric, left_out, rating
-- Columns:
--   dataset   dataset that the row belongs to
--   field     question that was answered by a number
--   metric    krippendorff_alpha_ordinal or krippendorff_alpha_interval
--   left_out  block of images that is left out; null for none
--   rating    rating
--   n         how often it was given
--   place     its middle rank among all ratings, or the number; from the mean of all
-- After: Krippendorff, Content Analysis (2004), section 11.3
with ranked as (
    select
        dataset,
        field,
        left_out,
        rating,
        sum(n) as n,
        sum(sum(n)) over (partition by dataset, field, left_out order by rating) - sum(n) / 2 as middle_rank
    from rating_pairs_left
    group by dataset, field, left_out, rating
),

placed as (
    select
        * exclude (middle_rank),
        unnest(['krippendorff_alpha_ordinal', 'krippendorff_alpha_interval']) as metric,
        unnest([middle_rank, rating]) as place
    from ranked
)

select
    dataset,
    field,
    metric,
    left_out,
    rating,
    n,
    place - sum(n * place) over w / nullif(sum(n) over w, 0) as place
from placed
window w as (partition by dataset, field, metric, left_out)
