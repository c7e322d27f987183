-- How often do two annotators give one image these two ratings, with all images and with each block of images left out?
--
-- Grain: dataset, field, left_out, rating, other_rating
-- Columns:
--   dataset       dataset that the row belongs to
--   field         question that was answered by a number
--   left_out      block of images that is left out; null for none
--   rating        rating by one annotator
--   other_rating  rating by another; each pair counts in both directions
--   n             pairs of an image, each over the number of the others who rated it
with blocks as (
    select dataset, field, unnest(list_append(list_distinct(list(block)), null)) as left_out
    from rating_coincidences
    group by dataset, field
),

totals as (
    select dataset, field, rating, other_rating, sum(n) as n
    from rating_coincidences
    group by all
)

select
    totals.dataset,
    totals.field,
    left_out,
    totals.rating,
    totals.other_rating,
    totals.n - coalesce(lost.n, 0) as n
from totals
inner join blocks using (dataset, field)
left join rating_coincidences as lost
    on
        totals.dataset = lost.dataset
        and totals.field = lost.field
        and totals.rating = lost.rating
        and totals.other_rating = lost.other_rating
        and blocks.left_out = lost.block
