-- Which annotation each prediction keeps, by COCO's greedy matching of boxes: numbers p and a, and their overlap.
--
-- In each round every prediction points at the best annotation left to it: one that counts first, then the highest
-- overlap, then the later one. It keeps it when no more confident prediction can still take that annotation; crowds
-- can be taken many times. Taking turns in order of confidence gives the same pairs, one at a time.
--
-- After: evaluateImg of pycocotools; Gale and Shapley, College Admissions and the Stability of Marriage (1962)
create or replace macro matched_boxes(from_iou := null, only_model := null, allowed := 100) as table
    with recursive rounds as (
        select p, run, a, is_reusable, is_ignored, is_void, overlap, rank, false as is_match
        from box_candidates(from_iou := from_iou, only_model := only_model, allowed := allowed)
        union all
        (
            with pointing as (
                select
                    *,
                    row_number() over (partition by p order by is_ignored, overlap desc, a desc) = 1
                    and (is_reusable or rank = min(rank) over (partition by run, a)) as is_kept
                from rounds
                where not is_match
            ),

            told as (
                select
                    *,
                    bool_or(is_kept) over (partition by p) as is_done,
                    bool_or(is_kept and not is_reusable) over (partition by run, a) as is_taken
                from pointing
            )

            select p, run, a, is_reusable, is_ignored, is_void, overlap, rank, is_kept as is_match
            from told
            where is_kept or not (is_done or is_taken)
        )
    )

    select p, a, overlap, is_ignored, is_void
    from rounds
    where is_match;
