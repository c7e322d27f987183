-- Which picture files are in a dataset twice?
--
-- Threshold: duplicate_images_limit(), files with the content of an earlier one. Near duplicates are in
-- duplicate_images.
--
-- Grain: dataset, image_id
-- Columns:
--   dataset         dataset that the row belongs to
--   image_id        image
--   other_image_id  image with the same file
--   violation       the same in words
select dataset, image_id, other_image_id,
    format('{} is {} again', coalesce(file_name, image_id), coalesce(other_file_name, other_image_id)) as violation
from duplicate_images
where kind = 'identical'
