-- Which causes stand behind many suspects, so that the guideline or a talk mends more than a review?
--
-- Counted are open suspects from probable_error() on: those of wrong_class by pair of classes, and those of each kind
-- by annotator and batch. A cause has min_cause_size() of them and min_cause_lift() times as many as expected.
--
-- Grain: dataset, field, cause
-- Columns:
--   dataset          dataset that the row belongs to
--   cause            the cause in words
--   kind             class_pair or annotator_batch
--   issue            missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   field            question about the image that was answered; null for objects
--   class_name       class that the annotators chose; of a class pair
--   suggested_class  class that models see instead; of a class pair
--   annotator        who made the labels; null for missing_label, whose annotator is nobody
--   batch            their batch
--   n_suspects       open suspects of the cause
--   n_labels         labels of the class, or of annotator and batch, the missing ones among them
--   share            n_suspects / n_labels
--   n_expected       suspects if errors were spread evenly over labels, and wrong classes as the classes are
--   lift             n_suspects / n_expected
with probable as materialized (
    select dataset, coalesce(field, '') as asked, class_name, suggested_class
    from open_suspects
    where error_probability >= probable_error() and issue = 'wrong_class'
),

of_class as (
    select dataset, coalesce(field, '') as asked, class_name, sum(n_labels)::bigint as n from label_counts group by all
),

rates as (
    select dataset, asked, n_all, n_suspects / n_all as base
    from (select dataset, asked, sum(n)::bigint as n_all from of_class group by all)
    inner join (select dataset, asked, count(*) as n_suspects from probable group by all) using (dataset, asked)
),

pairs_seen as (
    select dataset, asked, class_name, suggested_class, count(*) as n_suspects
    from probable
    where suggested_class is not null
    group by all
),

class_pairs as (
    select
        p.dataset, 'class_pair' as kind, 'wrong_class' as issue, nullif(p.asked, '') as field, p.class_name,
        p.suggested_class, p.n_suspects, mine.n as n_labels,
        mine.n * r.base * coalesce(other.n, 0) / nullif(r.n_all - mine.n, 0) as n_expected,
        p.n_suspects || ' ' || p.suggested_class || ' labelled ' || p.class_name as said
    from pairs_seen as p
    inner join rates as r using (dataset, asked)
    inner join of_class as mine using (dataset, asked, class_name)
    left join of_class as other
        on p.dataset = other.dataset and p.asked = other.asked and p.suggested_class = other.class_name
),

causes as (
    from class_pairs
    union all by name
    from annotator_batch_suspects
)

select
    dataset,
    said || case kind when 'class_pair' then '' else ' (' || round(n_expected, 1) || ' expected)' end as cause,
    kind, issue, field, class_name, suggested_class, annotator, batch, n_suspects, n_labels,
    n_suspects / n_labels as share, n_expected, n_suspects / nullif(n_expected, 0) as lift
from causes
where n_suspects >= min_cause_size() and n_suspects >= min_cause_lift() * coalesce(n_expected, 0)
order by dataset, n_suspects - coalesce(n_expected, 0) desc, field, cause
