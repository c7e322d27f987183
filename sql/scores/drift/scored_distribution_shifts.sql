-- How far is what an annotator drew in a batch from what all others drew, and may that be chance?
--
-- Stored: distribution_shifts
-- Grain: dataset, measure, annotator, batch
-- Columns:
--   dataset        dataset that the row belongs to
--   measure        class_mix, box_size, box_aspect, position_x, position_y or objects_per_image
--   annotator      who drew them
--   batch          batch of the annotations, else of their jobs, else of their images
--   n              objects; images for objects_per_image
--   n_images       images
--   psi            population stability index of the classes or tenths, those too rare taken together
--   expected_psi   psi to be expected of the same work
--   psi_high       psi that 95 % of the same work stay below
--   js             Jensen-Shannon distance of the same, base 2
--   ks             Kolmogorov-Smirnov distance; null for class_mix
--   expected_ks    ks to be expected of the same work
--   ks_high        ks that 95 % of the same work stay below
--   is_higher      true where the batch's numbers are rather the larger ones; null for class_mix
--   p_value        chance of as much, were it the same work: by Kolmogorov and Smirnov, for class_mix by Rao and Scott
-- After: Rao and Scott (1981), doi 10.1080/01621459.1981.10477633; Smirnov (1939)
select
    bins.dataset,
    bins.measure,
    bins.annotator,
    bins.batch,
    bins.n,
    bins.n_images,
    psi,
    expected_psi,
    psi_high,
    js,
    ks,
    0.8687311606361592 / sqrt(n_effective) as expected_ks,
    1.3580986393225507 / sqrt(n_effective) as ks_high,
    is_higher,
    case when bins.measure = 'class_mix' then bins.p_value else places.p_value end as p_value
from bin_shifts as bins
left join order_shifts as places
    on
        bins.dataset = places.dataset and bins.measure = places.measure
        and bins.annotator is not distinct from places.annotator
        and bins.batch is not distinct from places.batch
