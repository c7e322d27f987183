-- Which annotator takes which class for which other?
--
-- By Dawid-Skene, from votes alone. Pairs that are expected less than a hundredth of a time have no row.
--
-- Grain: dataset, field, annotator, true_class, given_class
-- Columns:
--   dataset          dataset that the row belongs to
--   field            question that was answered
--   annotator        who chose the class
--   true_class       class that the images are of, by all votes
--   given_class      class that the annotator gives them
--   n_expected       expected number of such votes
--   n_true_expected  expected number of the annotator's votes on images of true_class
--   probability      that the annotator gives the class to such an image
-- After: Dawid and Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm (1979)
with summed as (
    select
        *,
        fsum(n_expected) over (partition by dataset, field, annotator, true_class) as n_true_expected
    from annotator_confusion
)

select dataset, field, annotator, true_class, given_class, n_expected, n_true_expected, probability
from summed
where true_class <> given_class
order by n_expected desc, dataset, field, annotator, true_class, given_class
