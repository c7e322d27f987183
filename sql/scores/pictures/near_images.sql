-- Which pictures look alike: each hash with the first picture of every hash that is near, itself included?
--
-- Frames of one video look alike as a matter of course: the first picture is that of each split and video.
--
-- Grain: dataset, phash, other_image_id
-- Columns:
--   dataset          dataset that the row belongs to
--   phash            perceptual hash
--   distance         bits that differ, 0 to max_picture_distance()
--   other_image_id   first image of a hash that is near
--   other_file_name  path of that as the source gives it
--   other_split      its split
--   other_video      its video
with firsts as materialized (
    select dataset, phash, split as other_split, video as other_video, min(image_id) as other_image_id,
        arg_min(file_name, image_id) as other_file_name, count(*) as n
    from images
    where picture_bits(phash) is not null
    group by dataset, phash, split, video
),

near as (
    select dataset, phash, other_phash, distance from near_pictures
    union all
    select dataset, other_phash as phash, phash as other_phash, distance from near_pictures
    union all
    select dataset, phash, phash as other_phash, 0 as distance
    from firsts
    group by dataset, phash
    having sum(n) > 1
)

select near.dataset, near.phash, distance, other_image_id, other_file_name, other_split, other_video
from near
inner join firsts on near.dataset = firsts.dataset and near.other_phash = firsts.phash
where distance <= max_picture_distance()
