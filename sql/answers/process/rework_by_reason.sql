-- Why do reviewers send work back or fix it?
--
-- Grain: dataset, error_kind, reason
-- Columns:
--   dataset           dataset that the row belongs to
--   error_kind        missing_label, wrong_class, bad_box, extra_label or duplicate_label; null where nobody said
--   reason            in the reviewer's words; null where nobody said
--   n_reviews         reviews that rejected or fixed something for it
--   n_rejected        of these, rejected
--   n_fixed           of these, fixed by the reviewer
--   n_annotators      annotators whose work it was
--   n_reviews_all     reviews that rejected or fixed something
--   reason_rate       n_reviews / n_reviews_all; null when there are too few
--   reason_rate_low   lower end of its 95 % interval
--   reason_rate_high  upper end
-- After: Wilson (1927) for the intervals
with counted as (
    select
        dataset,
        error_kind,
        reason,
        count(*) as n_reviews,
        count(*) filter (where decision = 'rejected') as n_rejected,
        count(*) filter (where decision = 'fixed') as n_fixed,
        count(distinct annotator) as n_annotators
    from reviews
    where decision in ('rejected', 'fixed')
    group by all
),

summed as (select *, sum(n_reviews) over (partition by dataset)::bigint as n_reviews_all from counted)

select
    *,
    rate(n_reviews, n_reviews_all) as reason_rate,
    wilson_low(n_reviews, n_reviews_all) as reason_rate_low,
    wilson_high(n_reviews, n_reviews_all) as reason_rate_high
from summed
order by dataset, n_reviews desc, error_kind, reason
