-- Which kind of error in which class should be mended next, by errors mended per minute of a reviewer?
--
-- Counted are open suspects from probable_error() on.
--
-- Grain: dataset, issue, class_name
-- Columns:
--   dataset            dataset that the row belongs to
--   issue              missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   class_name         class of the labels; of missing_label, the class suggested
--   n_suspects         open suspects
--   expected_errors    errors expected among them: the sum of their probabilities
--   minutes            what a reviewer needs for all of them
--   errors_per_minute  expected_errors / minutes
--   gain_per_minute    the same, weighted by what each kind is worth
--   said               the same in words
with counted as (
    select
        dataset, issue, coalesce(class_name, suggested_class) as class_meant,
        count(*) as n_suspects, sum(error_probability) as expected_errors, sum(issue_minutes(issue)) as minutes
    from probable_suspects
    group by all
)

select
    dataset, issue, class_meant as class_name, n_suspects, expected_errors, minutes,
    expected_errors / nullif(minutes, 0) as errors_per_minute,
    expected_errors * issue_benefit(issue) / nullif(minutes, 0) as gain_per_minute,
    n_suspects || ' ' || class_meant || ': ' || replace(issue, '_', ' ') || ', about ' || round(expected_errors)::bigint
    || ' errors in ' || greatest(1, round(minutes))::bigint || ' minutes' as said
from counted
order by dataset, gain_per_minute desc, issue, class_name
