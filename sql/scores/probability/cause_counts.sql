-- How many suspects has each pair of classes, and each annotator's batch, and how many would be usual?
--
-- Counted are probable_suspects: those of wrong_class by pair of classes, and those of each kind by annotator and
-- batch. Answers about whole images are counted apart, by question.
--
-- Grain: dataset, kind, issue, field, class_name, suggested_class, annotator, batch
-- Columns:
--   dataset          dataset that the row belongs to
--   kind             class_pair or annotator_batch
--   issue            missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   field            question about the image that was answered; null for objects
--   class_name       class that the annotators chose; of a class pair
--   suggested_class  class that models see instead; of a class pair
--   n_suspects       open suspects
--   n_labels         labels of the class, or of annotator and batch, the missing ones among them
--   n_expected       suspects if errors were spread evenly over labels, and wrong classes as the classes are
--   said             the same in words
--   annotator        who made the labels; null for missing_label, whose annotator is nobody
--   batch            batch of the labels, else of their images
with probable as materialized (select *, coalesce(field, '') as asked from probable_suspects),

labels as materialized (select *, coalesce(field, '') as asked from label_counts),

totals as (select dataset, asked, sum(n_labels)::bigint as n_all from labels group by all),

-- Nobody draws what is missing: its labels are those of the batch, whoever drew them.
drawn as (
    select dataset, asked, false as is_missing, annotator, batch, sum(n_labels) as n from labels group by all
    union all
    select dataset, asked, true as is_missing, null as annotator, batch, sum(n_labels) as n from labels group by all
),

of_people as (
    select *, issue = 'missing_label' as is_missing, sum(n) over (partition by dataset, issue, asked) as n_of_issue
    from (select dataset, issue, asked, annotator, batch, count(*) as n from probable group by all)
    where annotator is not null or batch is not null
),

people as (
    select
        s.dataset, 'annotator_batch' as kind, s.issue, nullif(s.asked, '') as field, s.annotator, s.batch,
        s.n as n_suspects, coalesce(drawn.n, 0)::bigint + case when s.is_missing then s.n else 0 end as n_labels,
        n_labels * n_of_issue / (n_all + case when s.is_missing then n_of_issue else 0 end) as n_expected,
        cause_words(s.n, s.issue, n_labels, s.asked, s.annotator, s.batch) as said
    from of_people as s
    inner join totals using (dataset, asked)
    left join drawn
        on
            s.dataset = drawn.dataset and s.is_missing = drawn.is_missing and s.asked = drawn.asked
            and s.annotator is not distinct from drawn.annotator and s.batch is not distinct from drawn.batch
),

of_class as (select dataset, asked, class_name, sum(n_labels)::bigint as n from labels group by all),

pairs_seen as (
    select dataset, asked, class_name, suggested_class, count(*) as n_suspects, sum(count(*)) over asked_for as n_wrong
    from probable
    where issue = 'wrong_class'
    group by dataset, asked, class_name, suggested_class
    window asked_for as (partition by dataset, asked)
),

class_pairs as (
    select
        p.dataset, 'class_pair' as kind, 'wrong_class' as issue, nullif(p.asked, '') as field, p.class_name,
        p.suggested_class, n_suspects, mine.n as n_labels,
        mine.n * n_wrong / n_all * coalesce(other.n, 0) / nullif(n_all - mine.n, 0) as n_expected,
        n_suspects || ' ' || p.suggested_class || ' labelled ' || p.class_name as said
    from pairs_seen as p
    inner join totals using (dataset, asked)
    inner join of_class as mine using (dataset, asked, class_name)
    left join of_class as other
        on p.dataset = other.dataset and p.asked = other.asked and p.suggested_class = other.class_name
    where p.suggested_class is not null
)

from class_pairs
union all by name
from people
