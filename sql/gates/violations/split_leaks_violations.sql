-- Which images of a later split are known from an earlier one?
--
-- Threshold: split_leaks_limit(), such images.
--
-- Grain: dataset, image_id
-- Columns:
--   dataset         dataset that the row belongs to
--   image_id        image
--   kind            identical, near or video
--   other_image_id  image of the earlier split
--   violation       the same in words
select dataset, image_id, kind, other_image_id,
    format(
        '{} ({}) and {} ({}): {}',
        coalesce(file_name, image_id), split, coalesce(other_file_name, other_image_id), other_split, kind
    ) as violation
from split_leaks
