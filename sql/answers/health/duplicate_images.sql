-- Which pictures are in a dataset twice, or nearly so?
--
-- One row per picture that has an earlier twin: leaving these out leaves each picture once. Near ones of the same video
-- are no duplicates. Hashes come with `labelduck import --images DIR`; a source may bring its own.
--
-- Grain: dataset, image_id
-- Columns:
--   dataset          dataset that the row belongs to
--   kind             identical (same file) or near (looks the same)
--   image_id         image
--   file_name        path of the picture as the source gives it
--   split            its split
--   other_image_id   earlier image of the same picture, by image_id
--   other_file_name  path of that
--   other_split      its split
--   distance         bits of 64 that their perceptual hashes differ by; 0 for the same file
-- After: Zauner (2010) for the perceptual hash
with files as (
    select dataset, sha256, min(image_id) as other_image_id, arg_min(file_name, image_id) as other_file_name,
        arg_min(split, image_id) as other_split
    from images
    where sha256 is not null
    group by dataset, sha256
    having count(*) > 1
),

twins as (
    select dataset, 'identical' as kind, image_id, file_name, split, other_image_id, other_file_name, other_split,
        0 as distance
    from images inner join files using (dataset, sha256)
    where image_id > other_image_id
    union all
    select dataset, 'near' as kind, image_id, file_name, split, other_image_id, other_file_name, other_split, distance
    from images inner join near_images using (dataset, phash)
    where image_id > other_image_id and (video is null or other_video is distinct from video)
)

select dataset, kind, image_id, file_name, split, other_image_id, other_file_name, other_split, distance
from twins
qualify row_number() over (partition by dataset, image_id order by kind, distance, other_image_id) = 1
order by dataset, kind, image_id
