-- Which causes stand behind many suspects, so that the guideline or a talk mends more than a review?
--
-- Counted are open suspects from probable_error() on: those of wrong_class by pair of classes, and those of each kind
-- by annotator and batch. A cause has min_cause_size() of them and min_cause_lift() times as many as expected.
--
-- Grain: dataset, cause
-- Columns:
--   dataset          dataset that the row belongs to
--   cause            the cause in words
--   kind             class_pair or annotator_batch
--   issue            missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   class_name       class that the annotators chose; of a class pair
--   suggested_class  class that models see instead; of a class pair
--   annotator        who drew the labels; null for missing_label, whose annotator is nobody
--   batch            their batch
--   n_suspects       open suspects of the cause
--   n_labels         labels of the class, or of annotator and batch, the missing ones among them
--   share            n_suspects / n_labels
--   n_expected       suspects if errors were spread evenly over labels, and wrong classes as the classes are
--   lift             n_suspects / n_expected
with probable as (from open_suspects where error_probability >= probable_error()),

labels as (
    select annotations.dataset, class_name, annotator, coalesce(annotations.batch, images.batch) as batch, count(*) as n
    from annotations
    left join images on annotations.dataset = images.dataset and annotations.image_id = images.image_id
    group by all
),

totals as (select dataset, sum(n) as n_all from labels group by all),

of_class as (select dataset, class_name, sum(n) as n from labels group by all),

rates as (
    select dataset, issue, count(*) / (n_all + count(*) filter (where issue = 'missing_label')) as base, n_all
    from probable inner join totals using (dataset)
    group by dataset, issue, n_all
),

class_pairs as (
    select
        p.dataset, 'class_pair' as kind, p.issue, p.class_name, p.suggested_class,
        null::varchar as annotator, null::varchar as batch, count(*) as n_suspects, mine.n::bigint as n_labels,
        mine.n * r.base * coalesce(other.n, 0) / nullif(r.n_all - mine.n, 0) as n_expected,
        count(*) || ' ' || p.suggested_class || ' labelled ' || p.class_name as said
    from probable as p
    inner join rates as r on p.dataset = r.dataset and p.issue = r.issue
    inner join of_class as mine on p.dataset = mine.dataset and p.class_name = mine.class_name
    left join of_class as other on p.dataset = other.dataset and p.suggested_class = other.class_name
    where p.issue = 'wrong_class' and p.suggested_class is not null
    group by p.dataset, p.issue, p.class_name, p.suggested_class, mine.n, other.n, r.base, r.n_all
),

causes as (
    from class_pairs
    union all by name
    from annotator_batch_suspects
)

select
    dataset,
    said || case kind when 'class_pair' then '' else ' (' || round(n_expected, 1) || ' expected)' end as cause,
    kind, issue, class_name, suggested_class, annotator, batch, n_suspects, n_labels,
    n_suspects / n_labels as share, n_expected, n_suspects / nullif(n_expected, 0) as lift
from causes
where n_suspects >= min_cause_size() and n_suspects >= min_cause_lift() * coalesce(n_expected, 0)
order by dataset, n_suspects - coalesce(n_expected, 0) desc, cause
