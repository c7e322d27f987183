-- Which bands has each perceptual hash of a dataset?
--
-- Grain: dataset, phash, band
-- Columns:
--   dataset  dataset that the row belongs to
--   phash    perceptual hash
--   bits     the same as a number
--   band     13 bits of it, with their place: picture_bands
select dataset, phash, bits, unnest(picture_bands(bits)) as band
from (select dataset, phash, picture_bits(any_value(phash)) as bits from images group by dataset, phash)
where bits is not null
