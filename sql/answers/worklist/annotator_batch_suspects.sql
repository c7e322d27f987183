-- How many suspects of each kind does an annotator's batch hold, and how many would be usual?
--
-- Counted are open suspects from probable_error() on. Answers about whole images are counted apart, by question.
--
-- Grain: dataset, issue, field, annotator, batch
-- Columns:
--   dataset     dataset that the row belongs to
--   kind        annotator_batch
--   issue       missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   field       question about the image that was answered; null for objects
--   annotator   who made the labels; null for missing_label, whose annotator is nobody
--   batch       batch of the labels, else of their images
--   n_suspects  open suspects
--   n_labels    labels of annotator and batch, the missing ones among them
--   n_expected  suspects if they were spread evenly over the labels of the dataset
--   said        the same in words
with probable as materialized (from open_suspects where error_probability >= probable_error()),

-- Nobody draws what is missing: its labels are those of the batch, whoever drew them.
drawn as (
    select dataset, field, false as is_missing, annotator, batch, sum(n_labels) as n from label_counts group by all
    union all
    select dataset, field, true as is_missing, null as annotator, batch, sum(n_labels) as n
    from label_counts
    where field is null
    group by all
),

suspects as (
    select dataset, issue, field, issue = 'missing_label' as is_missing, annotator, batch, count(*) as n_suspects
    from probable
    where annotator is not null or batch is not null
    group by all
),

counted as (
    select
        s.*, coalesce(drawn.n, 0)::bigint + case when s.is_missing then s.n_suspects else 0 end as n_labels,
        sum(s.n_suspects) over (partition by s.dataset, s.issue, s.field) as n_of_issue
    from suspects as s
    left join drawn
        on
            s.dataset = drawn.dataset and s.is_missing = drawn.is_missing and s.field is not distinct from drawn.field
            and s.annotator is not distinct from drawn.annotator and s.batch is not distinct from drawn.batch
),

totals as (select dataset, field, sum(n_labels) as n_all from label_counts group by all)

select
    counted.dataset, 'annotator_batch' as kind, issue, counted.field, annotator, batch, n_suspects, n_labels,
    n_labels * n_of_issue / (n_all + case when is_missing then n_of_issue else 0 end) as n_expected,
    n_suspects || ' suspects of ' || issue || ' in ' || n_labels || coalesce(' answers to ' || counted.field, ' labels')
    || coalesce(' of ' || annotator, '') || coalesce(' in batch ' || batch, '') as said
from counted
inner join totals on counted.dataset = totals.dataset and counted.field is not distinct from totals.field
order by counted.dataset, issue, counted.field, n_suspects - n_expected desc, annotator, batch
