-- How does each annotator do on gold as time goes on?
--
-- Each week by itself, and all weeks so far with limits that hold at all times: act when running_accuracy_high falls
-- below what you ask for, however often you have looked before. How alike objects of an image are is told by all weeks
-- of the annotator: one week has too few images for that.
--
-- Grain: dataset, field, annotator, week
-- Columns:
--   dataset                dataset that the row belongs to
--   field                  objects, or the question that was answered about the image
--   annotator              annotator
--   week                   Monday of the week of the work (UTC); null, and last, where nobody says when
--   accuracy               n_correct / n_judged of the week
--   accuracy_low           lower end of its 95 % interval, adjusted for clustering of objects in images
--   accuracy_high          upper end
--   n_correct              objects with the right class, or right answers
--   n_judged               correct, wrong_class, missing and extra together
--   n_images               images judged
--   running_accuracy       n_correct / n_judged of all weeks up to this one
--   running_accuracy_low   lower limit that holds at all times with 95 %, adjusted for clustering of objects in images
--   running_accuracy_high  upper limit
--   n_judged_so_far        n_judged of all weeks up to this one
-- After: Robbins (1970), doi 10.1214/aoms/1177696786, for limits at all times
with judged as (
    select
        dataset, field, annotator, date_trunc('week', worked_at)::date as week,
        n_correct as k,
        n_correct + n_wrong_class + n_missing + n_extra as n
    from gold_counts_by_image
    left join gold_works using (dataset, field, image_id, annotator)
),

weekly as (
    select dataset, field, annotator, week, cluster_sums(k, n) as sums
    from judged
    group by all
),

running as (
    select
        *,
        {
            'n_images': sum(sums.n_images) over so_far,
            'k': sum(sums.k) over so_far,
            'n': sum(sums.n) over so_far,
            'kk': sum(sums.kk) over so_far,
            'kn': sum(sums.kn) over so_far,
            'nn': sum(sums.nn) over so_far
        } as whole,
        case when residual_effect(sums) is not null then sums.k * (1 - sums.k / sums.n) end as known_spread,
        drawn_correlation(
            sum(residual_effect(sums) * known_spread) over series / nullif(sum(known_spread) over series, 0),
            sum(sums.nn) over series / sum(sums.n) over series,
            sum(least(sums.k, sums.n - sums.k)) over series
        ) as correlation,
        correlation_effect(correlation, sums.nn / nullif(sums.n, 0)) as own_effect,
        sum(sums.n_images - 1) over series + 2 as df
    from weekly
    window
        so_far as (partition by dataset, field, annotator order by week nulls last),
        series as (partition by dataset, field, annotator)
),

weighed as (select *, greatest(1e0, design_effect(whole)) as effect from running)

select
    dataset, field, annotator, week,
    rate(sums.k, sums.n) as accuracy,
    effect_low(sums, own_effect, df) as accuracy_low,
    effect_high(sums, own_effect, df) as accuracy_high,
    sums.k as n_correct,
    sums.n as n_judged,
    sums.n_images as n_images,
    rate(whole.k, whole.n) as running_accuracy,
    anytime_low(whole.k / effect, whole.n / effect) as running_accuracy_low,
    anytime_high(whole.k / effect, whole.n / effect) as running_accuracy_high,
    whole.n::bigint as n_judged_so_far
from weighed
order by dataset, field, annotator, week nulls last
