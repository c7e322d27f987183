-- Which images probably hold a label error?
--
-- The suspicions of an image's labels taken as chances of independent errors; every candidate counts.
--
-- Grain: dataset, image_id
-- Columns:
--   dataset          dataset that the row belongs to
--   suspicion        chance that at least one label is wrong, 0 to 1
--   image_id         image
--   file_name        path of the picture as the source gives it
--   split            train, val, test, ...
--   batch            batch of the image
--   expected_errors  sum of the suspicions
--   worst_issue      issue of the most suspicious label
--   worst_suspicion  its suspicion
--   evidence         its evidence
with gathered as materialized (
    select
        dataset,
        image_id,
        1 - exp(fsum(ln(1 - least(suspicion, 0.9999e0)))) as suspicion,
        fsum(suspicion) as expected_errors,
        max(suspicion) as worst_suspicion
    from suspicions
    group by dataset, image_id
),

-- Looked up afterwards: texts are best not carried through the sums of all rows.
worst as (
    select
        told.dataset,
        told.image_id,
        arg_max(
            { 'issue': issue, 'evidence': evidence }, (issue, annotation_id, prediction_id)
        ) as one
    from suspicions as told
    inner join gathered
        on
            told.dataset = gathered.dataset
            and told.image_id = gathered.image_id
            and told.suspicion = gathered.worst_suspicion
    group by told.dataset, told.image_id
)

select
    dataset,
    suspicion,
    image_id,
    file_name,
    split,
    batch,
    expected_errors,
    one.issue as worst_issue,
    worst_suspicion,
    one.evidence as evidence
from gathered
inner join worst using (dataset, image_id)
left join images using (dataset, image_id)
order by suspicion desc, dataset, image_id
