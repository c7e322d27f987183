-- Which perceptual hashes of a dataset differ by at most four bits of 64?
--
-- Each pair once. Hashes that share none of five bands differ by more than four bits and are never compared.
--
-- Grain: dataset, phash, other_phash
-- Columns:
--   dataset      dataset that the row belongs to
--   phash        perceptual hash
--   other_phash  the greater one
--   distance     bits that differ, 1 to 4
-- Stored: near_pictures
select distinct
    one.dataset,
    one.phash,
    other.phash as other_phash,
    picture_distance(one.bits, other.bits) as distance
from banded_hashes as one
inner join banded_hashes as other
    on one.dataset = other.dataset and one.band = other.band and one.bits < other.bits
where picture_distance(one.bits, other.bits) <= 4
