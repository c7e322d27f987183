-- Which images gain most from one more label?
--
-- By ActiveLab: few votes, annotators who disagree or are seldom right, a model that is not sure. Images without a vote
-- compete with the others. The build keeps the scores.
--
-- Grain: dataset, field, model, image_id
-- Columns:
--   dataset        dataset that the row belongs to
--   field          question that was answered
--   model          model that the scores are made with
--   image_id       image
--   file_name      path of the picture as the source gives it
--   relabel_score  0 to 1, the lower the more another vote tells
--   class_name     class that annotators and model hold it for
--   probability    that this is right
--   agreement      share of the votes for the class; null without votes
--   n_votes        votes on the image
-- After: Goh and Mueller, ActiveLab (2023)
select
    consensus.dataset,
    consensus.field,
    consensus.model,
    consensus.image_id,
    images.file_name,
    consensus.relabel_score,
    consensus.class_name,
    consensus.probability,
    consensus.agreement,
    consensus.n_votes
from consensus_labels as consensus
left join images on consensus.dataset = images.dataset and consensus.image_id = images.image_id
where consensus.relabel_score is not null
order by consensus.relabel_score, consensus.dataset, consensus.field, consensus.model, consensus.image_id
