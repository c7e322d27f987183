-- Which images did several annotators look at?
--
-- Images come in up to 200 blocks, by turns: the jackknife leaves out one block at a time. Up to 200 images that is one
-- image.
--
-- Grain: dataset, image_id
-- Columns:
--   dataset       dataset that the row belongs to
--   image_id      image
--   n_annotators  annotators who looked at it, at least two
--   block         0 to 199
select
    dataset,
    image_id,
    count(*)::integer as n_annotators,
    ((row_number() over (partition by dataset order by image_id) - 1) % 200)::integer as block
from image_annotators
group by dataset, image_id
having count(*) > 1
