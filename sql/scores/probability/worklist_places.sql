-- Which suspects make the worklist, and in which place?
--
-- By gain per minute; a kind, class or annotator that fills its quota makes room for the others, whatever was skipped
-- comes last.
--
-- Grain: dataset, place
-- Columns:
--   dataset            dataset that the row belongs to
--   place              1, 2, ... within the dataset
--   issue              missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability  probability that it is an error
--   minutes            what a reviewer needs for one of its kind
--   gain_per_minute    errors mended per minute, weighted by what each kind is worth
--   is_within_quotas   false where its kind, class or annotator has filled its share of the list
--   suspicion          0 to 1, higher is worse
--   number             its number in suspicions, or in image_label_suspicions for an answer about an image
--   field              question about the image that was answered; null for an object
--   n_skips            how often it has been skipped
with ranked as materialized (from ranked_suspicions),

lengths as (
    select dataset, ceil(worklist_share() * sum(n_labels)) as n
    from label_counts
    group by dataset
),

-- The last rank that each kind, class and annotator may list.
quotas as (
    select
        dataset, quota, of, ceil(share * n)::bigint as k,
        case when k = 0 then 0 when len(ranks) > k then list_sort(ranks)[k] end as last_rank
    from (
        select dataset, 'issue' as quota, issue as of, issue_quota() as share, list(rank) as ranks
        from ranked group by dataset, issue
        union all
        select dataset, 'class' as quota, class_name as of, class_quota() as share, list(rank) as ranks
        from ranked group by dataset, class_name
        union all
        select dataset, 'annotator' as quota, annotator as of, annotator_quota() as share, list(rank) as ranks
        from ranked group by dataset, annotator
    ) inner join lengths using (dataset)
    where of is not null
),

-- Of a list DuckDB expects few rows, which they are, and hashes them instead of all suspicions.
last_ranks as materialized (select unnest(list(quotas), recursive := true) from quotas),

judged as materialized (
    select
        ranked.*, n,
        rank <= least(of_issue.last_rank, of_class.last_rank, of_person.last_rank) is not false as is_within_quotas
    from ranked
    inner join lengths using (dataset)
    left join last_ranks as of_issue
        on ranked.dataset = of_issue.dataset and of_issue.quota = 'issue' and ranked.issue = of_issue.of
    left join last_ranks as of_class
        on ranked.dataset = of_class.dataset and of_class.quota = 'class' and ranked.class_name = of_class.of
    left join last_ranks as of_person
        on ranked.dataset = of_person.dataset and of_person.quota = 'annotator' and ranked.annotator = of_person.of
),

-- Where enough of them come first for certain, the others need not be sorted.
filled as (
    select dataset, count(*) >= any_value(n) as is_filled
    from judged
    where is_within_quotas and n_skips = 0
    group by dataset
)

select
    dataset, row_number() over (partition by dataset order by n_skips, is_within_quotas desc, rank) as place,
    issue, error_probability, issue_minutes(issue) as minutes, gain_per_minute, is_within_quotas, suspicion, number,
    field, n_skips
from judged left join filled using (dataset)
where (is_within_quotas and n_skips = 0) or is_filled is not true
qualify place <= n
