-- Which classes do annotators give to images of which others, and how often?
--
-- By confident learning: counted are the images of whose class a model is confident.
--
-- Grain: dataset, field, model, given_class, true_class
-- Columns:
--   dataset          dataset that the row belongs to
--   field            question that was answered
--   model            model run
--   given_class      class that the annotators gave
--   true_class       class that the model is confident of
--   n_confident      images with that label that are confidently of that class
--   n_given          images with that label that are confidently of any class
--   error_rate       n_confident / n_given: chance that the label should be true_class
--   error_rate_low   lower end of the 95 % interval
--   error_rate_high  upper end
--   n_estimated      wrong labels of the pair that this makes among all images with the label
--   n_true           images of true_class that this makes under any label
--   noise_rate       n_estimated / n_true: chance that an image of true_class is given that label
--   noise_rate_low   lower end of the 95 % interval
--   noise_rate_high  upper end
-- After: Northcutt, Jiang and Chuang, Confident Learning (2021)
with summed as (
    select
        *,
        (sum(n_confident) over (partition by dataset, field, model, given_class))::bigint as n_given,
        (sum(n_images) over (partition by dataset, field, model, true_class))::bigint as n_true
    from calibrated_joint
)

select
    dataset,
    field,
    model,
    given_class,
    true_class,
    n_confident,
    n_given,
    rate(n_confident, n_given) as error_rate,
    wilson_low(n_confident, n_given) as error_rate_low,
    wilson_high(n_confident, n_given) as error_rate_high,
    n_images as n_estimated,
    n_true,
    rate(n_images, n_true) as noise_rate,
    wilson_low(n_images, n_true) as noise_rate_low,
    wilson_high(n_images, n_true) as noise_rate_high
from summed
where given_class <> true_class
order by n_estimated desc, n_confident desc, dataset, field, model, given_class, true_class
