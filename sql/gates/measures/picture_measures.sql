-- What do the gates on pictures and tracks measure: twins, leaks, breaks?
--
-- No row where there is nothing to measure: one split, no tracks.
--
-- Grain: dataset, gate
-- Columns:
--   dataset  dataset that the row belongs to
--   gate     duplicate_images, split_leaks or broken_tracks
--   value    the measure, exact
--   n        pictures with a hash, images of later splits that can be compared, or tracks
--   what     what was measured, in words
with hashed as (
    select dataset, count(sha256) as n_hashed, count(coalesce(sha256, phash, video)) as n_comparable,
        count(distinct split) as n_splits
    from images
    group by dataset
),

twins as (select dataset, count(*) as n from duplicate_images_violations group by dataset),

leaks as (select dataset, count(*) as n from split_leaks_violations group by dataset),

breaks as (select dataset, count(*) as n from broken_tracks_violations group by dataset),

tracks as (select dataset, count(*) as n from track_quality group by dataset)

select dataset, 'duplicate_images' as gate, coalesce(n, 0)::double as value, n_hashed as n,
    'picture files twice' as what
from hashed left join twins using (dataset)
union all
select dataset, 'split_leaks' as gate, coalesce(n, 0) as value, n_comparable as n,
    'images known from an earlier split' as what
from hashed left join leaks using (dataset)
where n_splits > 1
union all
select dataset, 'broken_tracks' as gate, coalesce(breaks.n, 0) as value, tracks.n, 'broken tracks' as what
from tracks left join breaks using (dataset)
