-- Are fast annotators wrong more often here?
--
-- Evidence to look at, never a rule: in other projects the fastest were the best. The rank correlation is over all
-- annotators of the dataset, by one clock and one judge.
--
-- Grain: dataset, clock, judged_by, annotator
-- Columns:
--   dataset               dataset that the row belongs to
--   clock                 lead_time or work, as in throughput_by_annotator
--   judged_by             review (as in reviewed_annotations, what was drawn by risk left out) or gold
--   annotator             annotator
--   labels_per_hour       labels / hours without pauses
--   labels_per_hour_low   lower end of its 95 % interval
--   labels_per_hour_high  upper end
--   n_judged              labels that were judged
--   n_errors              of these, wrong
--   error_rate            n_errors / n_judged
--   error_rate_low        lower end of its 95 % interval, adjusted for clustering of objects in images
--   error_rate_high       upper end
--   n_annotators          annotators of whom both are known
--   rank_correlation      Spearman's, of labels_per_hour and error_rate: above 0 the fast ones err more
--   p_value               chance of one as far from 0 if there were none; null below four annotators
-- After: Spearman (1904); Student's t with n - 2 degrees of freedom, as SciPy's spearmanr
with judged as (
    select dataset, 'review' as judged_by, annotator, n_annotations as n_judged, n_errors, error_rate, error_rate_low,
        error_rate_high
    from error_rate_by_annotator
    where judged_by = 'review'
    union all
    select dataset, 'gold' as judged_by, annotator, n_judged, n_judged - n_correct as n_errors,
        1 - accuracy as error_rate, 1 - accuracy_high as error_rate_low, 1 - accuracy_low as error_rate_high
    from gold_accuracy_by_annotator
    where field = 'objects'
),

paired as (
    select dataset, clock, judged_by, annotator, labels_per_hour, labels_per_hour_low, labels_per_hour_high,
        judged.* exclude (dataset, judged_by, annotator)
    from throughput_by_annotator
    inner join judged using (dataset, annotator)
    where labels_per_hour is not null and error_rate is not null
),

-- Annotators with the same value share the mean of their ranks.
ranked as (
    select
        *,
        rank() over (family order by labels_per_hour) + count(*) over (family_speed) / 2 as speed_rank,
        rank() over (family order by error_rate) + count(*) over (family_error) / 2 as error_rank
    from paired
    window
        family as (partition by dataset, clock, judged_by),
        family_speed as (partition by dataset, clock, judged_by, labels_per_hour),
        family_error as (partition by dataset, clock, judged_by, error_rate)
),

correlated as (
    select dataset, clock, judged_by, count(*) as n_annotators, corr(speed_rank, error_rank) as r
    from ranked
    group by all
)

select
    ranked.* exclude (speed_rank, error_rank),
    n_annotators,
    case when isfinite(r) then r end as rank_correlation,
    case
        when n_annotators > 3 and isfinite(r)
            then two_sided_t_p(r * sqrt((n_annotators - 2) / greatest(1 - r * r, 1e-300)), n_annotators - 2)
    end as p_value
from ranked
inner join correlated using (dataset, clock, judged_by)
order by dataset, clock, judged_by, labels_per_hour desc, annotator
