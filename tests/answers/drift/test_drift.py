"""Whose work in which batch differs from all other work, and when somebody's work changed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from catalog_lake import box
from drift_scenes import drift_lake
from labelduck import catalog

MONDAY = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - times of the tables are UTC without saying so
HOUR = timedelta(hours=1)


def reviewed(rates, *, n_images=20, objects=4, seed=5):
    """Return reviewed labels of annotators and batches with a rate of error each, an image an hour."""
    dice, hours = random.Random(seed), 0
    annotations, reviews = [], []
    for (annotator, batch), rate in rates.items():
        for n in range(n_images):
            hours += 1
            for place in range(objects):
                name, image = f"{annotator}/{batch}/{n}/{place}", f"{annotator}/{batch}/{n}"
                x, y, size = dice.uniform(0, 800), dice.uniform(0, 800), dice.uniform(20, 100)
                common = {"annotation_id": name, "image_id": image, "annotator": annotator}
                drawn = {"batch": batch, "class_name": "cat", "created_at": MONDAY + hours * HOUR}
                annotations.append(common | drawn | {"box": box(x, y, x + size, y + size)})
                decision = "rejected" if dice.random() < rate else "accepted"
                reviews.append(common | {"review_id": name, "decision": decision})
    return {"annotations": annotations, "reviews": reviews}


PEOPLE = [(annotator, batch) for annotator in ("ann", "bob", "cyd") for batch in ("b1", "b2", "b3")]
EVEN = dict.fromkeys(PEOPLE, 0.05)


def test_the_batch_with_many_errors_is_the_first_row_and_no_good_one_looks_too_good(tmp_path):
    lake = drift_lake(tmp_path, **reviewed(EVEN | {("bob", "b2"): 0.6}))

    rows = lake.execute(
        "select annotator, batch, measure, statistic, n, n_images, is_flagged, value > 0.4, expected_value < 0.1, "
        "value_low <= expected_value and expected_value <= value_high and value_high < 0.15, said from drift_by_annotator_batch"
    ).fetchall()

    assert rows[0][:10] == ("bob", "b2", "errors_by_review", "rate", 80, 20, True, True, True, True)
    assert " % wrong by review, of others " in rows[0][10]
    assert sum(row[6] for row in rows) == 1
    assert len(rows) == 9 * 7


def test_q_values_are_of_all_tests_of_the_dataset(tmp_path):
    lake = drift_lake(tmp_path, **reviewed(EVEN | {("bob", "b2"): 0.3}))

    rows = lake.execute("select p_value, q_value from drift_by_annotator_batch").fetchall()

    told = [(p, q) for p, q in rows if p is not None]
    assert len(rows) == len(told) + 9  # of one class alone there is no mix
    expected = stats.false_discovery_control([p for p, _ in told])
    assert [q for _, q in told] == pytest.approx(list(expected), abs=1e-9)


def test_of_few_images_nothing_is_said(tmp_path):
    lake = drift_lake(tmp_path, **reviewed(EVEN | {("bob", "b2"): 0.9}, n_images=5))

    rows = lake.execute(
        "select distinct p_value, q_value, is_flagged from drift_by_annotator_batch"
    ).fetchall()

    assert rows == [(None, None, False)]


def test_the_expected_rate_is_that_of_the_others_that_are_not_far_out(tmp_path):
    lake = drift_lake(tmp_path, **reviewed(EVEN | {("bob", "b2"): 0.9}))
    counts = lake.execute(
        "select annotator, batch, sum(n_errors), sum(n_annotations) from work_errors group by all"
    ).fetchall()

    shifts = lake.execute("select annotator, batch, k, n, expected from rate_shifts").fetchall()

    assert len(shifts) == 9
    for annotator, batch, k, n, expected in shifts:
        others = [row for row in counts if row[:2] not in {(annotator, batch), ("bob", "b2")}]
        assert (annotator, batch, k, n) in counts
        assert expected == pytest.approx(
            sum(row[2] for row in others) / sum(row[3] for row in others), abs=1e-12
        )


def test_of_two_people_each_is_measured_by_the_other(tmp_path):
    lake = drift_lake(tmp_path, **reviewed({("ann", "b1"): 0.05, ("bob", "b1"): 0.6}))

    shifts = lake.execute(
        "select annotator, k, n, expected, p_value < 1e-6 from rate_shifts order by annotator"
    ).fetchall()
    flagged = lake.execute("select annotator from drift_by_annotator_batch where is_flagged").fetchall()

    (ann, bob) = shifts
    assert (ann[3], bob[3]) == (bob[1] / bob[2], ann[1] / ann[2])
    assert ann[4]
    assert bob[4]
    assert sorted(flagged) == [("ann",), ("bob",)]


def test_a_change_is_found_when_it_happened(tmp_path):
    rates = {("ann", f"b{n}"): 0.05 if n < 3 else 0.4 for n in range(5)}
    lake = drift_lake(tmp_path, **reviewed(rates | {("bob", "b9"): 0.05}))

    rows = lake.execute(
        "select measure, model, annotator, n_images, n_before, changed_at, is_flagged, said from change_points"
    ).fetchall()

    measure, model, annotator, n_images, n_before, changed_at, is_flagged, said = rows[0]
    assert (measure, model, annotator, n_images, is_flagged) == ("errors_by_review", None, "ann", 100, True)
    assert abs(n_before - 60) <= 3
    assert changed_at == MONDAY + (n_before + 1) * HOUR
    assert said.startswith("errors went from ")
    assert {row[2] for row in rows} == {"ann", "bob", None}


def test_the_chance_of_a_change_is_that_of_a_brownian_bridge(tmp_path):
    tables = reviewed({("ann", "b1"): 0.2}, n_images=40)
    lake = drift_lake(tmp_path, **tables)

    p_value, before, after = lake.execute(
        "select p_value, value_before, value_after from change_points where annotator = 'ann'"
    ).fetchall()[0]
    steps = lake.execute("select n_images from likeliest_changes where annotator is null").fetchall()
    points = lake.execute("select total, n from timed_points order by drawn_at").fetchall()

    wrong = np.array([k for k, _ in points])
    own = wrong - np.array([n for _, n in points]) * wrong.sum() / 160
    place = int(np.abs(own.cumsum()).argmax()) + 1
    height = np.abs(own.cumsum()).max() / np.sqrt((own**2).sum())
    assert p_value == pytest.approx(stats.kstwobign.sf(height), abs=1e-9)
    assert (before, after) == pytest.approx((wrong[:place].mean() / 4, wrong[place:].mean() / 4), abs=1e-9)
    assert steps == [(40,)]


def test_sums_over_time_are_the_same_bits_however_many_threads_there_are(tmp_path):
    dice = random.Random(3)
    rows = [
        {
            "model": f"m{n % 2}",
            "annotator": f"a{n % 30:02}",
            "image_id": str(n),
            "drawn_at": MONDAY + n * HOUR / 60,
            "total": dice.gauss(0, 1),
            "n": 1,
        }
        for n in range(20_000)
    ]
    lake = drift_lake(tmp_path)
    sizes = pa.Table.from_pylist([{"dataset": "d"} | row for row in rows])
    lake.register("points", sizes)
    body = next(v.sql for v in catalog.views() if v.name == "likeliest_changes")
    query = body.replace("from timed_points", "from (select *, 'box_size' as measure from points)")
    assert query != body

    found = []
    for threads in (1, 4, 4, 2):
        lake.execute(f"set threads = {threads}")
        found.append(
            sorted(lake.execute(f"select height, before, after, spread from ({query})").fetchall(), key=str)
        )

    assert all(rows == found[0] for rows in found)


def test_boxes_that_became_larger_are_told_with_their_time(tmp_path):
    dice = random.Random(2)
    annotations, predictions = [], []
    for n in range(60):
        size = dice.uniform(50, 100)
        drawn = size * (1.25 if n >= 30 else 1.0) * dice.gauss(1, 0.02)
        common = {"image_id": str(n), "class_name": "cat"}
        who = {"annotation_id": str(n), "annotator": "ann", "created_at": MONDAY + n * HOUR}
        annotations.append(common | who | {"box": box(10, 10, 10 + drawn, 10 + drawn)})
        made = {"model": "m", "prediction_id": str(n), "confidence": 0.9}
        predictions.append(common | made | {"box": box(10, 10, 10 + size, 10 + size)})
    lake = drift_lake(tmp_path, annotations=annotations, predictions=predictions)

    row = lake.execute(
        "select measure, model, annotator, changed_at, is_flagged, value_after / value_before, said from change_points"
    ).fetchall()[0]

    assert row[:3] in {("box_size", "m", "ann"), ("box_size", "m", None)}
    assert abs(row[3] - (MONDAY + 30 * HOUR)) <= HOUR
    assert row[4]
    assert row[5] == pytest.approx(1.25, abs=0.05)
    assert row[6].startswith("boxes became 2")
    assert row[6].endswith(" larger")
