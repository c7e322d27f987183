-- How did each reviewer decide, and alike when shown the same suspect again?
--
-- Grain: dataset, reviewer
-- Columns:
--   dataset                dataset that the row belongs to
--   reviewer               who decided
--   n_decisions            decisions that stand
--   n_confirmed            of these, confirmed as errors
--   n_fixed                of these, fixed
--   n_rejected             of these, found to be right
--   n_skipped              of these, left for later
--   n_escalated            of these, handed to the lead
--   n_repeats              judgements of a suspect that the reviewer had judged before
--   n_repeats_agreeing     of these, that came out as before
--   repeat_agreement       n_repeats_agreeing / n_repeats; null without repeats
--   repeat_agreement_low   lower end of the 95 % interval after Wilson
--   repeat_agreement_high  upper end
with counted as (
    select
        dataset, reviewer, count(*) as n_decisions,
        count(*) filter (where decision = 'confirm') as n_confirmed,
        count(*) filter (where decision = 'fix') as n_fixed,
        count(*) filter (where decision = 'reject') as n_rejected,
        count(*) filter (where decision = 'skip') as n_skipped,
        count(*) filter (where decision = 'escalate') as n_escalated,
        count(*) filter (where is_error is not null and was_error is not null) as n_repeats,
        count(*) filter (where is_error = was_error) as n_repeats_agreeing
    from standing_decisions
    group by all
)

select
    *, n_repeats_agreeing / nullif(n_repeats, 0) as repeat_agreement,
    wilson_low(n_repeats_agreeing, n_repeats) as repeat_agreement_low,
    wilson_high(n_repeats_agreeing, n_repeats) as repeat_agreement_high
from counted
order by dataset, reviewer
