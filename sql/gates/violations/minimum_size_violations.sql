-- Which datasets are too small to be judged?
--
-- Threshold: minimum_size_limit(), images that somebody has looked at.
--
-- Grain: dataset
-- Columns:
--   dataset    dataset that the row belongs to
--   n          images
--   violation  the same in words
select dataset, n_images as n, format('{} of {} images', n_images, minimum_size_limit()) as violation
from dataset_sizes
where n_images < minimum_size_limit()
