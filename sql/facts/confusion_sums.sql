-- How often does each annotator give each class to objects of each class, by image?
--
-- Grain: dataset, judged_by, annotator, true_class, class_name
-- Columns:
--   dataset     dataset that the row belongs to
--   judged_by   gold, review or suspicion
--   annotator   who drew the objects
--   true_class  class by gold, reviewer or model
--   class_name  class that somebody gave such objects, right or wrong
--   sums        what cluster_sums gives: objects of true_class by image, and those called class_name
with summed as materialized (from confusion_counts),

known as (select distinct dataset, judged_by, true_class, class_name from summed where k > 0)

select
    met.dataset, met.judged_by, met.annotator, met.true_class, known.class_name,
    {
        'n_images': met.n_images, 'k': coalesce(given.k, 0), 'n': met.n,
        'kk': coalesce(given.kk, 0), 'kn': coalesce(given.kn, 0), 'nn': met.nn
    } as sums
from summed as met
inner join known using (dataset, judged_by, true_class)
left join summed as given
    on
        met.dataset = given.dataset and met.judged_by = given.judged_by
        and met.annotator is not distinct from given.annotator and met.true_class = given.true_class
        and known.class_name = given.class_name
where met.class_name = met.true_class
