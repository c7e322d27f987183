-- How many of all images of each given class are of each true class, by the confident ones?
--
-- Each row of the confident joint is scaled to the number of images with that label, and rounded so that the sum stays.
--
-- Grain: dataset, field, model, given_class, true_class
-- Columns:
--   dataset      dataset that the row belongs to
--   field        question that was answered
--   model        model run
--   given_class  class that the annotators gave
--   true_class   class that they are of
--   n_confident  images counted in the confident joint
--   n_expected   n_confident scaled
--   n_images     n_expected rounded
-- After: calibrate_confident_joint of cleanlab 2.9
with scaled as (
    select
        joint.*,
        n_labels,
        joint.n_images / (sum(joint.n_images) over alike)::double * n_labels as n_expected
    from confident_joint as joint
    inner join class_thresholds as given
        on
            joint.dataset = given.dataset
            and joint.field = given.field
            and joint.model = given.model
            and joint.given_class = given.class_name
    window alike as (partition by joint.dataset, joint.field, joint.model, joint.given_class)
),

rounded as (
    select
        scaled.*,
        round_even(n_expected, 0) as whole,
        n_labels - sum(round_even(n_expected, 0)) over alike as n_lacking,
        row_number() over (alike order by n_expected - round_even(n_expected, 0) desc, position) as lower_rank,
        row_number() over (alike order by n_expected - round_even(n_expected, 0), position) as higher_rank
    from scaled
    inner join class_positions as place on scaled.dataset = place.dataset and scaled.true_class = place.class_name
    window alike as (partition by scaled.dataset, field, model, given_class)
)

select
    dataset,
    field,
    model,
    given_class,
    true_class,
    n_images as n_confident,
    n_expected,
    (
        whole
        + (lower_rank <= n_lacking)::integer
        - (higher_rank <= -n_lacking)::integer
    )::bigint as n_images
from rounded
