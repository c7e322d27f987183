-- Which suspects make the worklist, and in which place?
--
-- By gain per minute; a kind, class or annotator that fills its quota makes room for the others, whatever was skipped
-- comes last.
--
-- Grain: dataset, place
-- Columns:
--   dataset            dataset that the row belongs to
--   issue              missing_label, wrong_class, bad_box, extra_label or duplicate_label
--   error_probability  probability that it is an error
--   minutes            what a reviewer needs for one of its kind
--   gain_per_minute    errors mended per minute, weighted by what each kind is worth
--   is_within_quotas   false where its kind, class or annotator has filled its share of the list
--   place              1, 2, ... within the dataset
--   suspicion          0 to 1, higher is worse
--   image_id           image
--   field              question about the image that was answered; null for an object
--   annotation_id      annotation; null for missing_label and for an answer about the image
--   model              model that speaks loudest; null for duplicate_label
--   prediction_id      its prediction; null where it is the lack of one
--   class_name         class that the annotator chose
--   suggested_class    class that the label should have: for wrong_class and missing_label
--   annotator          who drew it, or gave the answer; null where several gave it
--   n_skips            how often it has been skipped
with ranked as materialized (from ranked_suspicions),

lengths as (select dataset, ceil(worklist_share() * sum(n_labels)) as n from label_counts group by all),

-- The last rank that each kind, class and annotator may list.
last_ranks as materialized (
    select
        dataset, quota, of,
        case when max(share) > 0 then list_sort(list(rank))[ceil(max(share * n))::bigint] else 0 end as last_rank
    from (
        select
            dataset, rank, unnest(['issue', 'class', 'annotator']) as quota,
            unnest([issue, coalesce(class_name, suggested_class), annotator]) as of,
            unnest([issue_quota(), class_quota(), annotator_quota()]) as share
        from ranked
    ) inner join lengths using (dataset)
    where of is not null
    group by dataset, quota, of
),

judged as materialized (
    select
        ranked.*, n,
        rank <= least(of_issue.last_rank, of_class.last_rank, of_annotator.last_rank) is not false as is_within_quotas
    from ranked
    inner join lengths using (dataset)
    left join last_ranks as of_issue
        on ranked.dataset = of_issue.dataset and of_issue.quota = 'issue' and ranked.issue = of_issue.of
    left join last_ranks as of_class
        on
            ranked.dataset = of_class.dataset and of_class.quota = 'class'
            and coalesce(ranked.class_name, ranked.suggested_class) = of_class.of
    left join last_ranks as of_annotator
        on
            ranked.dataset = of_annotator.dataset and of_annotator.quota = 'annotator'
            and ranked.annotator = of_annotator.of
),

-- Where enough of them come first for certain, the others need not be sorted.
filled as (
    select dataset, count(*) >= any_value(n) as is_filled
    from judged
    where is_within_quotas and n_skips = 0
    group by dataset
)

select
    dataset, issue, error_probability, minutes, gain_per_minute, is_within_quotas,
    row_number() over (partition by dataset order by n_skips, is_within_quotas desc, rank) as place,
    suspicion, image_id, field, annotation_id, model, prediction_id, class_name, suggested_class, annotator, n_skips
from judged
left join filled using (dataset)
where (is_within_quotas and n_skips = 0) or is_filled is not true
qualify place <= n
