-- How often do two annotators give the same image these two ratings?
--
-- Krippendorff's coincidences: each pair of an image counts one over the number of the others who rated it.
--
-- Grain: dataset, field, block, rating, other_rating
-- Stored: rating_coincidences
-- Columns:
--   dataset       dataset that the row belongs to
--   field         question that was answered by a number
--   block         0 to 199: what the jackknife leaves out at a time
--   rating        rating by one annotator
--   other_rating  rating by another; each pair counts in both directions
--   n             coincidences
-- After: Krippendorff, Content Analysis (2004), section 11.3
with counted as (
    select dataset, field, image_id, rating, any_value(n_annotators) as m, any_value(block) as block, count(*) as n
    from image_ratings
    group by dataset, field, image_id, rating
)

select
    one.dataset,
    one.field,
    one.block,
    one.rating,
    other.rating as other_rating,
    sum(one.n * (other.n - case when one.rating = other.rating then 1 else 0 end) / (one.m - 1)) as n
from counted as one
inner join counted as other using (dataset, field, image_id)
group by all
having sum(one.n * (other.n - case when one.rating = other.rating then 1 else 0 end)) > 0
