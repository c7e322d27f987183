-- How well do ratings agree as ranks and as numbers, with all images and with each block of images left out?
--
-- Grain: dataset, field, metric, left_out
-- Columns:
--   dataset   dataset that the row belongs to
--   field     question that was answered by a number
--   metric    krippendorff_alpha_ordinal or krippendorff_alpha_interval
--   left_out  block of images that is left out; null for none
--   value     Krippendorff's alpha; null where all ratings are the same
--   n_units   images that several annotators rated
-- After: Krippendorff, Content Analysis (2004), section 11.3
with places as materialized (from rating_places),

observed as (
    select one.dataset, one.field, one.metric, one.left_out, sum(told.n * (one.place - other.place) ** 2) as squares
    from rating_pairs_left as told
    inner join places as one
        on
            told.dataset = one.dataset
            and told.field = one.field
            and told.left_out is not distinct from one.left_out
            and told.rating = one.rating
    inner join places as other
        on
            one.dataset = other.dataset
            and one.field = other.field
            and one.metric = other.metric
            and one.left_out is not distinct from other.left_out
            and told.other_rating = other.rating
    group by all
),

expected as (
    select dataset, field, metric, left_out, sum(n) as n, 2 * sum(n) * sum(n * place ** 2) as squares
    from places
    group by all
),

units as (
    select dataset, field, round(sum(n_values / n_annotators))::bigint as n_units
    from agreement_counts
    where scope = 'all'
    group by all
)

select
    observed.dataset,
    observed.field,
    observed.metric,
    observed.left_out,
    1 - (n - 1) * observed.squares / nullif(expected.squares, 0) as value,
    n_units
from observed
inner join expected
    on
        observed.dataset = expected.dataset
        and observed.field = expected.field
        and observed.metric = expected.metric
        and observed.left_out is not distinct from expected.left_out
inner join units on observed.dataset = units.dataset and observed.field = units.field
