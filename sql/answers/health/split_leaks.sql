-- Which pictures that a model is measured on does it know from another split?
--
-- One row per image of a later split (train comes first): the same picture, one that looks the same, or another frame
-- of the same video is in an earlier one. Leaving these images out ends the leak.
--
-- Grain: dataset, image_id
-- Columns:
--   dataset          dataset that the row belongs to
--   kind             identical (same file), near (looks the same) or video (frame of the same video)
--   image_id         image
--   file_name        path of the picture as the source gives it
--   split            its split
--   video            its video
--   other_image_id   image of the earlier split
--   other_file_name  path of that
--   other_split      its split
--   distance         bits of 64 that their perceptual hashes differ by; 0 for the same file, null for frames of a video
with placed as not materialized (
    select dataset, image_id, file_name, split, video, sha256, phash, split_order(split) as place
    from images
    where split is not null
),

files as (
    select dataset, sha256, min(place) as first_place,
        arg_min({ 'image_id': image_id, 'file_name': file_name, 'split': split }, (place, image_id)) as other
    from placed
    where sha256 is not null
    group by dataset, sha256
    having min(split) <> max(split)
),

videos as (
    select dataset, video, min(place) as first_place,
        arg_min({ 'image_id': image_id, 'file_name': file_name, 'split': split }, (place, image_id)) as other
    from placed
    where video is not null
    group by dataset, video
    having min(split) <> max(split)
),

leaks as (
    select dataset, 1 as kind, image_id, file_name, split, video, other, 0 as distance
    from placed inner join files using (dataset, sha256)
    where place > first_place
    union all
    select dataset, 2 as kind, image_id, file_name, split, video,
        { 'image_id': other_image_id, 'file_name': other_file_name, 'split': other_split } as other, distance
    from placed inner join near_images using (dataset, phash)
    where place > split_order(other_split)
    union all
    select dataset, 3 as kind, image_id, file_name, split, video, other, null as distance
    from placed inner join videos using (dataset, video)
    where place > first_place
)

select dataset, ['identical', 'near', 'video'][kind] as kind, image_id, file_name, split, video,
    other.image_id as other_image_id, other.file_name as other_file_name, other.split as other_split, distance
from leaks
qualify row_number() over (partition by dataset, image_id order by kind, distance, other) = 1
order by dataset, kind, split, image_id
