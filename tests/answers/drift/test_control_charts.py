"""Control charts of error rates by batch: Laney's p', EWMA and CUSUM, with a usual rate that bad batches do not move."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from scipy import stats

from drift_scenes import drift_lake

MONDAY = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - times of the tables are UTC without saying so
WEEK = timedelta(weeks=1)


def reviewed(errors, n=100, *, objects=1, start=MONDAY):
    """Return batches of n reviewed labels each, so many of them wrong, in the order of weeks but not of names."""
    annotations, reviews = [], []
    for week, wrong in enumerate(errors):
        batch = f"b{len(errors) - week}"
        for place in range(n):
            name, image = f"{batch}/{place}", f"{batch}/{place // objects}"
            drawn_at = start + week * WEEK
            annotations.append(
                {
                    "annotation_id": name,
                    "image_id": image,
                    "batch": batch,
                    "annotator": "ann",
                    "created_at": drawn_at,
                }
            )
            decision = "rejected" if place < wrong else "accepted"
            reviews.append(
                {"review_id": name, "annotation_id": name, "image_id": image, "decision": decision}
            )
    return {"annotations": annotations, "reviews": reviews}


def chart(lake, name, columns="value, lower_limit, upper_limit"):
    query = f"select {columns} from control_chart_by_batch where chart = '{name}' order by place"
    return lake.execute(query).fetchall()


def test_the_limits_are_laneys(scene):
    errors = [4, 9, 6, 3, 8, 5, 7, 2, 9, 4]
    lake = scene(**reviewed(errors))

    rows = chart(lake, "p_prime")

    p = sum(errors) / 1000
    sigma = np.sqrt(p * (1 - p) / 100)
    z = (np.array(errors) / 100 - p) / sigma
    sigma_z = max(1, np.abs(np.diff(z)).mean() / 1.1283791670955126)
    reach = max(3, -stats.norm.ppf(0.005 / 2 / 30)) * sigma_z * sigma
    assert rows == [
        (
            pytest.approx(k / 100, abs=1e-9),
            pytest.approx(max(0, p - reach), abs=1e-9),
            pytest.approx(p + reach, abs=1e-9),
        )
        for k in errors
    ]
    assert lake.execute("select distinct effect, is_usual from batch_scores").fetchall() == [(1.0, True)]


def test_ewma_and_cusum_follow_their_recursions(scene):
    lake = scene(**reviewed([4, 9, 6, 3, 8, 12, 13, 11, 12, 14, 12, 13]), variables={"baseline_batches": 5})
    scores = [score for (score,) in lake.execute("select score from batch_scores order by place").fetchall()]

    smoothed, summed = chart(lake, "ewma"), chart(lake, "cusum")

    assert len(scores) == 12
    mean = above = below = 0.0
    for place, score in enumerate(scores):
        mean = 0.2 * score + 0.8 * mean
        above, below = max(0, above + score - 0.5), min(0, below + score + 0.5)
        limit = max(3, -stats.norm.ppf(0.005 / 2 / 36)) * np.sqrt(0.2 / 1.8 * (1 - 0.8 ** (2 * place + 2)))
        assert smoothed[place] == pytest.approx((mean, -limit, limit), abs=1e-9)
        assert summed[place][0] == pytest.approx(above if above > -below else below, abs=1e-9)
    assert [is_out for (is_out,) in chart(lake, "cusum", "is_out")][-1]
    last = lake.execute("select ewma, above, below from batch_sums where place = 12").fetchall()[0]
    assert last == pytest.approx((mean, above, below), abs=1e-9)


def test_a_score_is_as_rare_as_the_count(scene):
    lake = scene(**reviewed([5, 5, 5, 5, 5, 12, 1]), variables={"baseline_batches": 5})

    (centre,) = lake.execute("select distinct centre from batch_scores").fetchall()[0]
    scores = lake.execute("select k, score from batch_scores where place >= 5 order by place").fetchall()

    assert centre == pytest.approx(0.05)
    for k, score in scores:
        exact = stats.binom(100, 0.05)
        middle = (exact.cdf(k) + exact.cdf(k - 1)) / 2
        assert stats.norm.cdf(score) == pytest.approx(middle, abs=0.005)


def test_one_bad_batch_is_out_and_makes_no_good_one_look_too_good(scene):
    lake = scene(**reviewed([4, 5, 3, 60, 4, 5, 70, 3, 6, 4]))

    rows = chart(lake, "p_prime", "place, batch, started_at, is_out, is_baseline, said")

    assert [(place, batch) for place, batch, _, is_out, *_ in rows if is_out] == [(4, "b7"), (7, "b4")]
    assert [place for place, *_, is_baseline, _ in rows if not is_baseline] == [4, 7]
    assert rows[3][2] == MONDAY + 3 * WEEK
    assert {said for *_, said in rows} == {None, "error rate above the usual 4.2 %"}


def test_labels_of_one_image_that_are_wrong_together_are_no_alarm(scene):
    errors = [0, 10, 0, 10, 20, 0, 10, 0, 10, 0]
    lake = scene(**reviewed(errors, objects=10))

    (effect,) = lake.execute("select min(effect) from batch_points").fetchall()[0]

    assert effect > 5
    assert lake.execute("select count(*) from control_chart_by_batch where is_out").fetchall() == [(0,)]


def test_each_source_of_judgement_is_a_series_of_its_own(tmp_path):
    tables = reviewed([1, 1], n=4)
    gold = {
        "dataset": "d",
        "image_id": "b2/0",
        "annotator": "ann",
        "annotation_id": "b2/0",
        "class_name": "cat",
    }
    lake = drift_lake(
        tmp_path,
        **tables,
        gold_matches=[
            gold,
            gold
            | {
                "annotation_id": None,
                "class_name": None,
                "gold_annotation_id": "g",
                "gold_class_name": "cat",
            },
        ],
        suspicions=[{"annotation_id": "b1/0", "image_id": "b1/0", "issue": "bad_box", "suspicion": 0.9}],
    )

    counts = lake.execute(
        "select judged_by, batch, sum(n_annotations), sum(n_errors) from work_errors group by all order by all"
    ).fetchall()
    series = lake.execute(
        "select judged_by, count(*) from control_chart_by_batch group by all order by all"
    ).fetchall()

    assert counts == [
        ("gold", "b2", 2, 2),
        ("review", "b1", 4, 1),
        ("review", "b2", 4, 1),
        ("suspicion", "b1", 4, 1),
        ("suspicion", "b2", 4, 0),
    ]
    assert series == [("gold", 3), ("review", 6), ("suspicion", 6)]


def test_models_that_only_miss_labels_say_nothing_of_those_that_are_there(tmp_path):
    tables = reviewed([1, 1], n=4)
    missing = {"annotation_id": None, "image_id": "b1/0", "issue": "missing_label", "suspicion": 0.9}
    lake = drift_lake(tmp_path, **tables, suspicions=[missing])

    told = lake.execute("select distinct judged_by from work_errors").fetchall()

    assert told == [("review",)]
