-- What is each measure of agreement, with all images and with each block of images left out?
--
-- Grain: dataset, field, min_iou, metric, left_out
-- Columns:
--   dataset   dataset that the row belongs to
--   field     objects, or the question that was answered about the image
--   min_iou   IoU from which boxes mean the same object; null for answers about images
--   metric    krippendorff_alpha, fleiss_kappa, percent_agreement, and for objects existence_alpha,
--               existence_agreement, class_alpha, class_agreement, pair_f1, localisation
--   left_out  block of images that is left out; null for none
--   value     the measure; null where all values are the same or there are none
--   n_units   objects, images or (localisation) pairs that it is of
-- After: Krippendorff, Content Analysis (2004), chapter 11; Fleiss (1971), doi 10.1037/h0031619
with metrics (metric, of_scope, kind) as (
    values
    ('krippendorff_alpha', 'all', 'alpha'),
    ('fleiss_kappa', 'fleiss', 'kappa'),
    ('percent_agreement', 'all', 'share'),
    ('existence_alpha', 'existence', 'alpha'),
    ('existence_agreement', 'existence', 'share'),
    ('class_alpha', 'class', 'alpha'),
    ('class_agreement', 'class', 'share'),
    ('pair_f1', 'all', 'f1'),
    ('localisation', 'localisation', 'mean')
),

-- Of each block its share in the sums is taken off; of one of them also nothing, which leaves the whole.
left_out as (
    select
        dataset,
        field,
        min_iou,
        scope,
        case when share = 1 then block end as left_out,
        sum(n) over w - share * n as n,
        sum(n_units) over w - share * n_units as n_units,
        sum(n_pairs) over w - share * n_pairs as n_pairs,
        sum(agreeing) over w - share * agreeing as agreeing,
        sum(disagreement) over w - share * disagreement as disagreement,
        sum(squares) over w - share * squares_lost as squares,
        sum(drawn_pairs) over w - share * coalesce(drawn_pairs, 0) as drawn_pairs,
        sum(both_drawn) over w - share * coalesce(both_drawn, 0) as both_drawn,
        sum(iou_sum) over w - share * coalesce(iou_sum, 0) as iou_sum
    from agreement_sums
    cross join (select unnest([0, 1]) as share)
    window w as (partition by dataset, field, min_iou, scope, share)
    qualify share = 1 or row_number() over w = 1
)

select
    dataset,
    field,
    min_iou,
    metric,
    left_out,
    case kind
        when 'alpha' then 1 - disagreement * (n - 1) / nullif(n * n - squares, 0)
        when 'kappa' then 1 - (1 - agreeing / nullif(n_pairs, 0)) / nullif(1 - squares / nullif(n * n, 0), 0)
        when 'share' then agreeing / nullif(n_pairs, 0)
        when 'f1' then both_drawn / nullif(drawn_pairs, 0)
        else iou_sum / nullif(n, 0)
    end as value,
    round(n_units)::bigint as n_units
from left_out
inner join metrics on scope = of_scope and (kind <> 'f1' or min_iou is not null)
