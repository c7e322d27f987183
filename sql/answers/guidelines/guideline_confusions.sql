-- Which classes do many annotators confuse, so that the guideline is at fault, and which does one alone?
--
-- Where most of those who met a class confuse it more than chance does, the rule is unclear; where one does, that one
-- needs to hear it again.
--
-- Grain: dataset, judged_by, true_class, class_name
-- Columns:
--   dataset              dataset that the row belongs to
--   judged_by            gold, review (what reviewers changed the class to), or suspicion (what models see instead)
--   true_class           class by gold, reviewer or model
--   class_name           other class that annotators chose
--   cause                guideline (two or more annotators, half or more of those who met the class), annotator (one of
--                        several), or unclear
--   n_objects            objects of true_class
--   n_confused           of these, called class_name
--   confusion_rate       n_confused / n_objects; null when there are too few
--   confusion_rate_low   lower end of the 95 % interval, adjusted for clustering of objects in images
--   confusion_rate_high  upper end
--   n_expected           confusions by chance, by how common the classes are
--   n_annotators         annotators who met the class
--   n_confusing          of these, those who confuse it beyond chance (p below 0.05 each)
--   main_annotator       who confuses it most often
--   main_share           share of n_confused that are this annotator's
--   q_value              share of false claims if this and every surer pair is said to be confused
--   is_flagged           true when q_value is below max_q()
--   said                 the same in words
-- After: Benjamini and Hochberg (1995), doi 10.1111/j.2517-6161.1995.tb02031.x
with pairs_of_classes as (
    select
        dataset, judged_by, true_class, class_name,
        {
            'n_images': sum(sums.n_images)::bigint, 'k': sum(sums.k)::bigint, 'n': sum(sums.n)::bigint,
            'kk': sum(sums.kk), 'kn': sum(sums.kn), 'nn': sum(sums.nn)
        } as sums,
        any_value(expected) as expected,
        count(*) as n_annotators,
        count(*) filter (where p_value < 0.05) as n_confusing,
        arg_max(annotator, (sums.k, annotator)) as main_annotator,
        max(sums.k) / nullif(sum(sums.k), 0) as main_share
    from annotator_confusions
    group by all
),

tested as (
    select
        *,
        design_effect(sums) as effect,
        1 - binomial_below(sums.k / effect - 1, sums.n / effect, least(0.5, expected)) as p_value
    from pairs_of_classes
),

steps as (select *, q_step(p_value, (dataset, judged_by)) as step from tested)

select
    dataset, judged_by, true_class, class_name,
    case
        when n_confusing >= 2 and n_confusing * 2 >= n_annotators then 'guideline'
        when n_confusing = 1 and n_annotators > 1 then 'annotator'
        else 'unclear'
    end as cause,
    sums.n as n_objects, sums.k as n_confused, rate(sums.k, sums.n) as confusion_rate,
    clustered_low(sums) as confusion_rate_low, clustered_high(sums) as confusion_rate_high,
    sums.n * expected as n_expected, n_annotators, n_confusing, main_annotator, main_share,
    q_value(step, p_value, (dataset, judged_by)) as q_value,
    coalesce(q_value(step, p_value, (dataset, judged_by)) <= max_q(), false) as is_flagged,
    confusion_words(true_class, class_name, cause, n_confusing, n_annotators, main_annotator) as said
from steps
order by dataset, judged_by, is_flagged desc, q_value, n_confused desc, true_class, class_name
