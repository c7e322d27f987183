-- What do the annotators of an image answer between them?
--
-- Least certain first. Three ways: what most say, what weighs most by how far each annotator's word counts, and what
-- Dawid-Skene's confusions make of it (the build keeps that).
--
-- Grain: dataset, field, image_id
-- Columns:
--   dataset            dataset that the row belongs to
--   field              question that was answered
--   image_id           image that at least two annotators answered
--   class_name         answer of most; of equally many, the one of larger weight
--   n_for              annotators who gave it
--   n_annotators       annotators who answered
--   is_majority        true when more than half of them gave it
--   weighted_class     answer of the largest weight
--   weighted_share     share of the weight that is for it
--   dawid_skene_class  answer that is most probable by Dawid and Skene; null where the build left it out
--   probability        of that answer
--   is_unanimous       true when all annotators gave the same answer
-- After: Dawid and Skene (1979); see annotator_weights for the weights
with voted as (
    select dataset, field, image_id, class_name, count(*) as n, sum(coalesce(weight, 0)) as weight
    from image_votes
    left join annotator_weights using (dataset, field, annotator)
    group by all
),

decided as (
    select
        dataset,
        field,
        image_id,
        arg_max(class_name, (n, weight, class_name)) as class_name,
        max(n) as n_for,
        sum(n)::bigint as n_annotators,
        arg_max(class_name, (weight, n, class_name)) as weighted_class,
        max(weight) / nullif(sum(weight), 0) as weighted_share
    from voted
    group by all
)

select
    decided.dataset,
    decided.field,
    decided.image_id,
    decided.class_name,
    n_for,
    n_annotators,
    2 * n_for > n_annotators as is_majority,
    weighted_class,
    weighted_share,
    skene.class_name as dawid_skene_class,
    skene.probability,
    n_for = n_annotators as is_unanimous
from decided
left join (from consensus_labels where method = 'dawid_skene') as skene using (dataset, field, image_id)
order by decided.dataset, decided.field, n_for / n_annotators, weighted_share, decided.image_id
