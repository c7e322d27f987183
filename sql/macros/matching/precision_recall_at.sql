-- Precision and confidence of boxes at 101 recalls and any IoU, for each class with annotations.
--
-- Columns: dataset, model, class_name, n_annotations, highest_recall, recall, precision (0 beyond highest_recall),
-- confidence (null there).
--
-- After: accumulate of pycocotools
create or replace macro precision_recall_at(min_iou := null, model := null, max_detections := 100) as table
    with positives as (
        select dataset, class_name, count(*) as n_annotations
        from numbered_annotations()
        where not is_ignored
        group by all
    ),

    -- The tiny number is numpy's spacing of 1, which keeps the original from dividing by zero.
    points as (
        select
            dataset,
            run,
            class_name,
            confidence,
            n_right / n_annotations as reached,
            max(n_right / (n + 2.220446049250313e-16)) over (
                partition by dataset, run, class_name
                order by n_right desc
            ) as best_precision
        from counted_predictions(from_iou := min_iou, only_model := model, allowed := max_detections)
        inner join positives using (dataset, class_name)
        where is_right
    ),

    highest as (
        select dataset, run, class_name, max(reached) as highest_recall from points group by all
    ),

    -- Recalls are 0.01 times a whole number, as numpy.linspace gives them: a hundredth by division differs.
    asked as (
        select dataset, run, class_name, n_annotations, hundredth * 1e-2 as recall
        from positives
        inner join (select distinct dataset, run from numbered_predictions(only_model := model)) using (dataset)
        cross join (select unnest(range(101)) as hundredth)
    )

    select
        asked.dataset,
        asked.run as model,
        asked.class_name,
        asked.n_annotations,
        coalesce(highest_recall, 0) as highest_recall,
        asked.recall,
        coalesce(points.best_precision, 0) as precision,
        points.confidence
    from asked
    asof left join points
        on
            asked.dataset = points.dataset
            and asked.run = points.run
            and asked.class_name = points.class_name
            and asked.recall <= points.reached
    left join highest
        on
            asked.dataset = highest.dataset
            and asked.run = highest.run
            and asked.class_name = highest.class_name;
