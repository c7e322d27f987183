-- Where does each number stand among all of its measure?
--
-- Grain: dataset, measure, annotator, batch, image_id, unit
-- Columns:
--   dataset    dataset that the row belongs to
--   measure    box_size, box_aspect, position_x, position_y or objects_per_image
--   annotator  who drew it
--   batch      its batch
--   image_id   image
--   unit       annotation; null where the image is measured
--   n_below    numbers of the measure that are smaller
--   n_upto     numbers that are not larger
--   n_all      numbers of the measure
--   tenth      0 for the smallest tenth of all numbers, ... 9
select
    dataset,
    measure,
    annotator,
    batch,
    image_id,
    unit,
    rank() over by_number - 1 as n_below,
    count(*) over by_number as n_upto,
    count(*) over (partition by dataset, measure) as n_all,
    10 * n_below // n_all as tenth
from object_measures
where number is not null
window by_number as (partition by dataset, measure order by number)
