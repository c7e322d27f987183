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
with gathered as (
    select
        dataset,
        image_id,
        1 - exp(fsum(ln(1 - least(suspicion, 0.9999e0)))) as suspicion,
        fsum(suspicion) as expected_errors,
        arg_max(
            { 'issue': issue, 'suspicion': suspicion, 'evidence': evidence },
            (suspicion, issue, annotation_id, prediction_id)
        ) as worst
    from suspicions
    group by dataset, image_id
)

select
    dataset,
    suspicion,
    image_id,
    file_name,
    split,
    batch,
    expected_errors,
    worst.issue as worst_issue,
    worst.suspicion as worst_suspicion,
    worst.evidence as evidence
from gathered
left join images using (dataset, image_id)
order by suspicion desc, dataset, image_id
